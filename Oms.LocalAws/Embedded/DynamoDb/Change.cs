using Oms.LocalAws.Embedded.DynamoDb.Tables;
using Oms.LocalAws.Embedded.DynamoDb.Values;

namespace Oms.LocalAws.Embedded.DynamoDb;

/// <summary>One item that a write changes.</summary>
internal readonly record struct Change(Table Table, ItemKey Key, AttributeMap? Before, AttributeMap? After);
