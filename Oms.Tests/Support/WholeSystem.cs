namespace Oms.Tests.Support;

/// <summary>Tests that start ten function processes and more: one after another, or two small cores would time them out.</summary>
[CollectionDefinition(nameof(WholeSystem), DisableParallelization = true)]
public sealed class WholeSystem;
