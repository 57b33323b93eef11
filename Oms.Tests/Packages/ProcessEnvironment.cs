namespace Oms.Tests.Packages;

/// <summary>Tests that change variables of the whole process run alone.</summary>
[CollectionDefinition(nameof(ProcessEnvironment), DisableParallelization = true)]
public sealed class ProcessEnvironment;
