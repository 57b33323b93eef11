namespace Oms.LocalAws.Templates;

/// <summary>One SNS topic.</summary>
public sealed record LocalTopic(string Name)
{
    public string Arn => $"arn:aws:sns:{LocalTemplate.Region}:{LocalTemplate.Account}:{Name}";
}
