using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport.Bootstrap;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>
/// The loop of a function: ask the Runtime API for an event, call the handler, send its answer or its error.
/// With AWS_LAMBDA_MAX_CONCURRENCY several loops ask, and none waits for its handler before it asks again.
/// </summary>
public class LambdaBootstrap : IDisposable
{
    // Lambda freezes the process while a request for the next event is open.
    private static readonly TimeSpan HttpTimeout = TimeSpan.FromHours(12);

    private readonly HttpClient _httpClient;
    private readonly bool _ownsHttpClient;
    private readonly Func<Stream, ILambdaContext, Task<Stream>> _handler;
    private readonly LambdaBootstrapInitializer _initializer;
    private readonly RuntimeApiClient _runtimeApi;
    private readonly Action<string> _sdkTraceId = SdkTraceId.FindSetter();
    private bool _disposed;

    internal LambdaBootstrap(
        HttpClient httpClient, Func<Stream, ILambdaContext, Task<Stream>> handler, LambdaBootstrapOptions options, LambdaBootstrapInitializer initializer)
    {
        _ownsHttpClient = httpClient is null;
        _httpClient = httpClient ?? ConstructHttpClient();
        _httpClient.Timeout = HttpTimeout;
        _handler = handler ?? throw new ArgumentNullException(nameof(handler));
        _initializer = initializer;
        _runtimeApi = new RuntimeApiClient(_httpClient, options.RuntimeApiEndpoint);
    }

    public static HttpClient ConstructHttpClient()
    {
        // The error cause travels in a header and may hold any text.
        var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        var client = new HttpClient(handler);
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory()).Name;
        var aot = RuntimeFeature.IsDynamicCodeSupported ? "" : "-aot";
        client.DefaultRequestHeaders.TryAddWithoutValidation(
            "User-Agent", $"aws-lambda-dotnet/{(runtime == "/" ? "unknown" : runtime)}-{typeof(LambdaBootstrap).Assembly.GetName().Version}{aot}");
        return client;
    }

    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        FunctionMemory.Limit();
        MultiConcurrency.RaiseThreadPool();

        if (_initializer is not null && !await InitializeAsync())
        {
            return;
        }

        var runOnce = string.Equals(Environment.GetEnvironmentVariable("AWS_LAMBDA_DOTNET_DEBUG_RUN_ONCE"), "true", StringComparison.OrdinalIgnoreCase);
        await Task.WhenAll(Enumerable.Range(0, MultiConcurrency.Loops()).Select(_ => LoopAsync(runOnce, cancellationToken)).ToArray());
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!_disposed && disposing && _ownsHttpClient)
        {
            _httpClient.Dispose();
        }

        _disposed = true;
    }

    private async Task<bool> InitializeAsync()
    {
        try
        {
            return await _initializer();
        }
        catch (Exception exception)
        {
            LambdaConsoleLogger.Unhandled(exception, null);
            await _runtimeApi.ReportInitializationErrorAsync(exception);
            throw;
        }
    }

    private async Task LoopAsync(bool runOnce, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await InvokeOnceAsync(cancellationToken);
                if (runOnce)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                // Nothing came within the time-out of the request: ask again.
            }
            catch (Exception exception) when (MultiConcurrency.IsOn)
            {
                // One loop's trouble must not end the others. (A single loop ends with the exception.)
                LambdaConsoleLogger.Unhandled(exception, null);
            }
        }
    }

    private async Task InvokeOnceAsync(CancellationToken cancellationToken)
    {
        var invocation = await _runtimeApi.NextAsync(cancellationToken);
        if (MultiConcurrency.IsOn)
        {
            _ = Task.Run(() => ProcessSafelyAsync(invocation, cancellationToken), cancellationToken);
        }
        else
        {
            await ProcessAsync(invocation, cancellationToken);
        }
    }

    private async Task ProcessSafelyAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        try
        {
            await ProcessAsync(invocation, cancellationToken);
        }
        catch (Exception exception)
        {
            LambdaConsoleLogger.Unhandled(exception, invocation.Context.AwsRequestId);
        }
    }

    private async Task ProcessAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        using var input = invocation.Input;
        SetTraceId(invocation.Context.TraceId);
        Stream output;
        try
        {
            output = await _handler(input, invocation.Context);
        }
        catch (Exception exception)
        {
            LambdaConsoleLogger.Unhandled(exception, invocation.Context.AwsRequestId);
            await _runtimeApi.ReportInvocationErrorAsync(invocation.Context.AwsRequestId, exception, cancellationToken);
            return;
        }

        await using (output)
        {
            await _runtimeApi.SendResponseAsync(invocation.Context.AwsRequestId, output, cancellationToken);
        }
    }

    private void SetTraceId(string traceId)
    {
        // An environment variable belongs to the process: with several invocations at a time it would be anybody's.
        if (!MultiConcurrency.IsOn)
        {
            Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", traceId);
        }

        _sdkTraceId?.Invoke(traceId);
        LambdaTraceProvider.SetCurrentTraceId(traceId);
    }
}
