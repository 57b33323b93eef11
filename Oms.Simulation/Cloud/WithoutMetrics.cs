using Amazon.Runtime.Internal;

namespace Oms.Simulation.Cloud;

/// <summary>
/// Takes the AWS SDK's own metrics out of the clients of this process: its <see cref="MetricsHandler"/> writes down the stack trace of every
/// answer that is an error, for a tracer that nobody has set, and a run is full of such answers. What a client sends, and what it makes of an answer, stays the SDK's.
/// </summary>
internal sealed class WithoutMetrics : IRuntimePipelineCustomizer
{
    public string UniqueName => nameof(WithoutMetrics);

    public static void Register() => RuntimePipelineCustomizerRegistry.Instance.Register(new WithoutMetrics());

    public void Customize(Type type, RuntimePipeline pipeline) => pipeline.RemoveHandler<MetricsHandler>();
}
