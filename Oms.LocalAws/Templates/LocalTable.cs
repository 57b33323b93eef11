namespace Oms.LocalAws.Templates;

/// <summary>One DynamoDB table as it is to be created.</summary>
public sealed record LocalTable(
    string Name,
    KeyAttribute PartitionKey,
    KeyAttribute? SortKey,
    IReadOnlyList<LocalIndex> Indexes,
    string? StreamViewType,
    string? TimeToLiveAttribute)
{
    public string Arn => $"arn:aws:dynamodb:{LocalTemplate.Region}:{LocalTemplate.Account}:table/{Name}";

    /// <summary>The stream's ARN in policies and events; the backend names its own streams differently.</summary>
    public string StreamArn => $"{Arn}/stream/{LocalStreamLabel}";

    public const string LocalStreamLabel = "2020-01-01T00:00:00.000";
}

/// <param name="Name">The attribute's name.</param>
/// <param name="Type">S, N or B.</param>
public sealed record KeyAttribute(string Name, string Type);

/// <summary>One global secondary index; Projection is ALL, KEYS_ONLY or INCLUDE (then NonKeyAttributes names them).</summary>
public sealed record LocalIndex(
    string Name, KeyAttribute PartitionKey, KeyAttribute? SortKey, string Projection, IReadOnlyList<string> NonKeyAttributes);
