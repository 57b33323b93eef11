namespace Amazon.Lambda.RuntimeSupport;

/// <summary>With several invocations at a time the AWS SDK reads the trace id from its own task context.</summary>
internal static class SdkTraceId
{
    public static Action<string> FindSetter()
    {
        if (!MultiConcurrency.IsOn)
        {
            return null;
        }

        var type = Type.GetType("Amazon.Runtime.SDKTaskContext, AWSSDK.Core, Version=4.0.0.0, Culture=neutral, PublicKeyToken=885c28607f98e604");
        var context = type?.GetProperty("Default")?.GetValue(null);
        var set = type?.GetMethod("Set", [typeof(string), typeof(object)]);
        return context is null || set is null ? null : traceId => set.Invoke(context, ["_X_AMZN_TRACE_ID", traceId]);
    }
}
