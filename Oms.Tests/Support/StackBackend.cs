using System.Globalization;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Embedded;

namespace Oms.Tests.Support;

/// <summary>What stands behind a stack's LocalAws for DynamoDB, SNS and SQS.</summary>
internal abstract class StackBackend : IAsyncDisposable
{
    public abstract Uri DynamoDbUrl { get; }

    public abstract Uri MessagingUrl { get; }

    /// <param name="kind">Which one.</param>
    /// <param name="folder">Where one that keeps data may do so.</param>
    public static async Task<StackBackend> StartAsync(BackendKind kind, string folder) => kind switch
    {
        BackendKind.Embedded => new InProcess(await EmbeddedServer.StartAsync(new EmbeddedOptions { Port = 0 })),
        BackendKind.EmbeddedProcess => await KilledEmbedded.StartAsync(Path.Combine(folder, "embedded")),
        _ => await Programs.StartAsync(),
    };

    /// <summary>SIGKILL to what serves SNS and SQS; it comes back on the same port.</summary>
    public virtual Task KillMessagingAsync() => throw new NotSupportedException("this backend lives in the test process");

    public abstract ValueTask DisposeAsync();

    private sealed class InProcess(EmbeddedServer server) : StackBackend
    {
        public override Uri DynamoDbUrl => server.Url;

        public override Uri MessagingUrl => server.Url;

        public override ValueTask DisposeAsync() => server.DisposeAsync();
    }

    private sealed class KilledEmbedded(FunctionProcess process, int port) : StackBackend
    {
        public override Uri DynamoDbUrl { get; } = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;

        public override Uri MessagingUrl => DynamoDbUrl;

        public static async Task<StackBackend> StartAsync(string folder)
        {
            var port = FreePort.Find();
            var backend = new KilledEmbedded(
                new FunctionProcess(
                    "Oms.LocalAws",
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["OMS_LOCALAWS_BACKEND_PORT"] = port.ToString(CultureInfo.InvariantCulture), ["OMS_LOCALAWS_DATA"] = folder },
                    EmbeddedOptions.Command),
                port);
            await backend.ServesAsync();
            return backend;
        }

        public override async Task KillMessagingAsync()
        {
            await process.KillAndRestartAsync();
            await ServesAsync();
        }

        public override ValueTask DisposeAsync() => process.DisposeAsync();

        private async Task ServesAsync()
        {
            using var http = new HttpClient();
            await OmsClient.WaitUntilAsync(
                async () =>
                {
                    Assert.False(process.HasFailed, process.Output);
                    try
                    {
                        return (await http.GetAsync(DynamoDbUrl)).IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                "the embedded backend serves");
        }
    }

    /// <summary>The messaging program has all of its queues in memory: a kill empties them.</summary>
    private sealed class Programs(BackendPrograms programs, BackendProcess dynamoDb, BackendProcess messaging) : StackBackend
    {
        private BackendProcess _messaging = messaging;

        public override Uri DynamoDbUrl => dynamoDb.Url;

        public override Uri MessagingUrl => _messaging.Url;

        public static async Task<StackBackend> StartAsync()
        {
            var programs = await BackendPrograms.PrepareAsync(static line => TestContext.Current.SendDiagnosticMessage(line));
            var dynamoDb = BackendProcess.StartAsync(programs.DynamoDb(0));
            var messaging = await BackendProcess.StartAsync(programs.Messaging(0));
            return new Programs(programs, await dynamoDb, messaging);
        }

        public override async Task KillMessagingAsync()
        {
            var port = _messaging.Url.Port;
            await _messaging.KillAsync();
            await _messaging.DisposeAsync();
            _messaging = await BackendProcess.StartAsync(programs.Messaging(port));
        }

        public override async ValueTask DisposeAsync()
        {
            await _messaging.DisposeAsync();
            await dynamoDb.DisposeAsync();
        }
    }
}
