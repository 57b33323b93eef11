namespace Amazon.Lambda.RuntimeSupport;

/// <summary>Runs once before the first event; false ends the process's loop quietly.</summary>
public delegate Task<bool> LambdaBootstrapInitializer();
