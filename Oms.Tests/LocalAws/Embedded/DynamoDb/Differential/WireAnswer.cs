using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The answer, or the error.</param>
internal sealed record WireAnswer(int Status, JsonObject Body);
