using System.Text.Json.Nodes;

namespace Oms.Tests.Support;

/// <summary>What tests change in the template so that they wait for less: the same things happen, sooner.</summary>
internal static class TemplateChange
{
    private const int VisibilitySeconds = 10;

    /// <summary>A message that somebody took and did not finish is there again after ten seconds; the functions end before that, as AWS wants it.</summary>
    public static void SoonVisibleAgain(JsonObject template)
    {
        foreach (var properties in Properties(template))
        {
            if (properties.ContainsKey("VisibilityTimeout"))
            {
                properties["VisibilityTimeout"] = VisibilitySeconds;
            }
            else if (properties.ContainsKey("Handler") && properties["Timeout"]!.GetValue<int>() == 15)
            {
                properties["Timeout"] = VisibilitySeconds - 1;
            }
        }
    }

    /// <summary>A message is a dead letter after four receives: twenty, with growing pauses, take half an hour.</summary>
    public static void EarlyDeadLetters(JsonObject template)
    {
        foreach (var properties in Properties(template))
        {
            if (properties["RedrivePolicy"] is JsonObject redrive && redrive.ContainsKey("maxReceiveCount"))
            {
                redrive["maxReceiveCount"] = 4;
            }
        }
    }

    private static IEnumerable<JsonObject> Properties(JsonObject template) =>
        template["Resources"]!.AsObject().Select(static resource => resource.Value!["Properties"]).OfType<JsonObject>();
}
