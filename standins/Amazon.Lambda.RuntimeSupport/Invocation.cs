namespace Amazon.Lambda.RuntimeSupport;

/// <summary>One event as the Runtime API handed it out.</summary>
internal sealed record Invocation(Stream Input, LambdaContext Context);
