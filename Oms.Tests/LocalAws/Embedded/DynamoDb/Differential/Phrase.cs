using System.Text.RegularExpressions;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>One refusal in DynamoDB's words and in those of DynamoDB Local (regular expressions, whole messages).</summary>
internal sealed record Phrase(string Ours, string Theirs, string Source, bool IsRare = false)
{
    public bool Excuses(WireAnswer ours, WireAnswer theirs) =>
        ours.Status == theirs.Status && ours.Body["__type"]?.ToJsonString() == theirs.Body["__type"]?.ToJsonString()
        && ours.Body["message"]?.GetValue<string>() is { } mine && theirs.Body["message"]?.GetValue<string>() is { } other && Fits(mine, other);

    public bool Fits(string ours, string theirs) => Matches(Ours, ours) && Matches(Theirs, theirs);

    private static bool Matches(string pattern, string text) => Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
