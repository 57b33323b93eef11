namespace Oms.Simulation.Faults;

/// <summary>One call at the HTTP seam: which handler of which function makes it, what it is, and the how-manieth of its invocation it is.</summary>
/// <param name="Function">Of the template.</param>
/// <param name="Handler">What the invocation handles: a route's key, or the types in the batch.</param>
/// <param name="Operation">With its service, such as "dynamodb.PutItem", "sns.PublishBatch" or "gateway.Authorise".</param>
/// <param name="Target">The table, queue or topic, and the kind of item.</param>
/// <param name="Ordinal">From 1.</param>
internal sealed record CallPoint(string Function, string Handler, string Operation, string Target, int Ordinal)
{
    public override string ToString() => $"{Function} | {Handler} | {Operation} {Target} | {Ordinal}";
}
