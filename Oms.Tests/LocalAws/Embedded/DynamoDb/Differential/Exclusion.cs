namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <param name="What">DynamoDB's way and DynamoDB Local's.</param>
/// <param name="Source">Where DynamoDB's way stands.</param>
/// <param name="AsAws">Gives back the same answer where this does not apply.</param>
/// <param name="IsRare">The dice may leave it out of a short run.</param>
internal sealed record Exclusion(string What, string Source, Func<WireCall, WireAnswer, WireAnswer, WireAnswer> AsAws, bool IsRare = false);
