namespace Oms.LocalAws.Templates;

/// <summary>A rule that sends a constant input to a queue at a fixed rate.</summary>
public sealed record LocalSchedule(string Name, TimeSpan Rate, string Queue, string Input, bool Enabled)
{
    public string Arn => $"arn:aws:events:{LocalTemplate.Region}:{LocalTemplate.Account}:rule/{Name}";
}
