using System.Globalization;

namespace Oms.LocalAws.Templates;

/// <summary>EventBridge rules that send a constant message to a queue at a fixed rate.</summary>
internal static class ScheduleReader
{
    public static IReadOnlyList<LocalSchedule> Read(TemplateDocument document) =>
        [.. document.OfType(ResourceTypes.Rule).Select(resource =>
        {
            var properties = resource.Properties;
            properties.Optional("State")?.Only("ENABLED", "DISABLED");
            var targets = properties["Targets"];
            if (targets.Items().Count() != 1)
                throw new TemplateException($"{targets.Path} should name one target");
            var target = targets.Items().Single();
            target["Id"].Text();
            return new LocalSchedule(
                TemplateReferences.NameOf(resource),
                Rate(properties["ScheduleExpression"]),
                Arns.LastPart(target["Arn"], "sqs"),
                target["Input"].Text(),
                properties.Optional("State")?.Text() != "DISABLED");
        })];

    private static TimeSpan Rate(TemplateNode expression)
    {
        var text = expression.Text();
        var words = text.StartsWith("rate(", StringComparison.Ordinal) && text.EndsWith(')') ? text[5..^1].Split(' ') : [];
        if (words.Length == 2 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            switch (words[1])
            {
                case "minute" or "minutes": return TimeSpan.FromMinutes(count);
                case "hour" or "hours": return TimeSpan.FromHours(count);
                case "day" or "days": return TimeSpan.FromDays(count);
                default: break;
            }
        }

        throw new TemplateException($"{expression.Path} is '{text}'; LocalAws knows rate(n minutes), rate(n hours) and rate(n days)");
    }
}
