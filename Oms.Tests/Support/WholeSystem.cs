namespace Oms.Tests.Support;

/// <summary>Tests that start the functions as processes, and one that measures: one after another, or two small cores would time them out.</summary>
[CollectionDefinition(nameof(WholeSystem), DisableParallelization = true)]
public sealed class WholeSystem;
