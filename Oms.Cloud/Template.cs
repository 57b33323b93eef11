using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.CDK;

namespace Oms.Cloud;

/// <summary>The stack as CloudFormation text, the same on every machine.</summary>
internal static class Template
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a quote in a filter pattern stays readable
    };

    public static string Synthesise()
    {
        // CDK runs on Node; which of the supported ones makes no difference to the template.
        System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20");
        System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1");
        var app = new App(new AppProps { AnalyticsReporting = false, TreeMetadata = false });
        var stack = new OmsStack(app);
        var assembly = app.Synth();
        try
        {
            using var template = JsonDocument.Parse(File.ReadAllText(assembly.GetStackByName(stack.StackName).TemplateFullPath));
            return JsonSerializer.Serialize(template, Readable) + "\n";
        }
        finally
        {
            Directory.Delete(assembly.Directory, recursive: true);
        }
    }
}
