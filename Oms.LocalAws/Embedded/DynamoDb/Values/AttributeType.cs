namespace Oms.LocalAws.Embedded.DynamoDb.Values;

/// <summary>The types of attributes, named as on the wire.</summary>
internal enum AttributeType
{
    S,
    N,
    B,
    BOOL,
    NULL,
    SS,
    NS,
    BS,
    L,
    M,
}
