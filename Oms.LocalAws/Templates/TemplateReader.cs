namespace Oms.LocalAws.Templates;

/// <summary>Reads a CloudFormation template whole: what it does not understand stops the start by its path.</summary>
public static class TemplateReader
{
    public static LocalTemplate ReadFile(string path, TemplateSettings settings)
    {
        try
        {
            return Read(File.ReadAllText(path), settings);
        }
        catch (IOException e)
        {
            throw new TemplateException($"the template {path} cannot be read (setting 'template'): {e.Message}", e);
        }
        catch (TemplateException e)
        {
            throw new TemplateException($"{path}: {e.Message}", e);
        }
    }

    public static LocalTemplate Read(string json, TemplateSettings settings)
    {
        var document = TemplateDocument.Parse(json, settings);
        RequireKnownTypes(document);
        RequireKnownParameters(document);

        var functions = FunctionReader.Read(document);
        var queues = QueueReader.Read(document);
        var template = new LocalTemplate(
            functions,
            TableReader.Read(document),
            TopicReader.Read(document),
            queues,
            TopicReader.ReadSubscriptions(document),
            EventSourceReader.Read(document),
            ScheduleReader.Read(document),
            HttpApiReader.Read(document));
        document.RequireAllConsumed();
        TemplateRules.Check(template);
        return template;
    }

    private static void RequireKnownTypes(TemplateDocument document)
    {
        foreach (var resource in document.Resources.Values.Where(r => !ResourceTypes.All.Contains(r.Type)))
            throw new TemplateException($"{resource.Node.Path}.Type is {resource.Type}, which LocalAws does not know");
    }

    private static void RequireKnownParameters(TemplateDocument document)
    {
        foreach (var name in document.Settings.Parameters.Keys)
        {
            if (!document.Root.TryGetProperty("Parameters", out var declared) || !declared.TryGetProperty(name, out _))
                throw new TemplateException($"the template has no parameter '{name}'");
        }
    }
}
