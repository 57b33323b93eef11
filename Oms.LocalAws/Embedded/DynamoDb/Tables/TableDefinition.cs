using Oms.LocalAws.Metering;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.DynamoDb.Tables;

/// <summary>What CreateTable said; nothing of it changes later.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Attributes">The attributes that are keys somewhere, in the order of the request.</param>
/// <param name="Key">The table's own key.</param>
/// <param name="Indexes">Its global secondary indexes.</param>
/// <param name="StreamView">NEW_AND_OLD_IMAGES, …; null: no stream.</param>
/// <param name="Throughput">Provisioned read and write units; null: on demand.</param>
/// <param name="DeletionProtected">Whether DeleteTable is refused.</param>
/// <param name="Created">When the table was made.</param>
internal sealed record TableDefinition(
    string Name,
    IReadOnlyList<KeyAttribute> Attributes,
    KeySchema Key,
    IReadOnlyList<IndexDefinition> Indexes,
    string? StreamView,
    (int Read, int Write)? Throughput,
    bool DeletionProtected,
    DateTimeOffset Created)
{
    public string Arn => $"arn:aws:dynamodb:{LocalTemplate.Region}:{LocalTemplate.Account}:table/{Name}";
}

/// <param name="Projection">ALL, KEYS_ONLY or INCLUDE.</param>
internal sealed record IndexDefinition(string Name, KeySchema Key, string Projection, IReadOnlyList<string> NonKeyAttributes, IndexShape Shape)
{
    public bool Projects(string attribute) => Shape.Projects(attribute);
}
