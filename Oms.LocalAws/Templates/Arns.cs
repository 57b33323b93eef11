namespace Oms.LocalAws.Templates;

/// <summary>Names in ARNs, and the wildcards that policies may use on them.</summary>
internal static class Arns
{
    /// <summary>The name in `arn:aws:service:region:account:name`.</summary>
    public static string LastPart(TemplateNode node, string service)
    {
        var arn = node.Text();
        return arn.StartsWith($"arn:aws:{service}:{LocalTemplate.Region}:{LocalTemplate.Account}:", StringComparison.Ordinal)
            ? arn[(arn.LastIndexOf(':') + 1)..]
            : throw new TemplateException($"{node.Path} is '{arn}', not the ARN of a local {service} resource");
    }

    /// <summary>`*` stands for any characters and `?` for one, as in the Resource and ArnLike of policies.</summary>
    public static bool Matches(string pattern, string value)
    {
        int p = 0, v = 0, star = -1, retry = 0;
        while (v < value.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = v;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == value[v]))
            {
                p++;
                v++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                v = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].All(c => c == '*');
    }
}
