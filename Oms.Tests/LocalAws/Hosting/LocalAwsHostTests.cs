using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Oms.LocalAws;
using Oms.LocalAws.Templates;
using Oms.Tests.LocalAws.Lambda;

namespace Oms.Tests.LocalAws.Hosting;

public sealed class LocalAwsHostTests(SharedBackends backends)
{
    [Fact]
    public async Task A_request_crosses_the_api_the_lambda_service_and_a_worker()
    {
        using var folder = new TemporaryFolder();
        await using var host = await LocalAwsHost.StartAsync(await OptionsAsync(folder), cancel: TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = host.ApiUrl };
        using var before = await client.GetAsync(new Uri("/local/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("""{"status":"starting","missing":["things-api"]}""", await before.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var token = JsonNode.Parse(await client.GetStringAsync(new Uri("/local/token?scope=things:read", UriKind.Relative), TestContext.Current.CancellationToken))!["access_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answered = client.GetAsync(new Uri("/things/42", UriKind.Relative), TestContext.Current.CancellationToken);
        using (var worker = new Worker(new Uri(host.RuntimeUrl, "/things-api/2018-06-01/runtime/")))
        {
            using var job = await worker.NextUntilAsync(TestContext.Current.CancellationToken);
            var received = JsonNode.Parse(await job.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            var id = received["pathParameters"]!["id"]!.GetValue<string>();
            using var taken = await worker.RespondAsync(Worker.Id(job), new StringContent($$"""{"statusCode":200,"body":"thing {{id}}"}""", Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        }

        using var response = await answered;
        Assert.Equal("thing 42", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/local/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("api-port")]
    [InlineData("runtime-port")]
    [InlineData("aws-port")]
    public async Task A_port_that_cannot_be_had_is_named_with_its_setting(string setting)
    {
        using var folder = new TemporaryFolder();
        await using var taken = await TestServer.StartAsync(_ => Task.CompletedTask);
        var port = taken.Url.Port;
        var options = await OptionsAsync(folder);
        options = setting switch
        {
            "api-port" => options with { ApiPort = port },
            "runtime-port" => options with { RuntimePort = port },
            _ => options with { AwsPort = port },
        };
        var refused = await Assert.ThrowsAsync<LocalAwsException>(() => LocalAwsHost.StartAsync(options, cancel: TestContext.Current.CancellationToken));
        Assert.StartsWith($"port {port} cannot be had (setting '{setting}')", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_with_something_unknown_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var options = await OptionsAsync(folder, r => r.Properties("Inbox")["FifoQueue"] = true);
        var refused = await Assert.ThrowsAsync<TemplateException>(() => LocalAwsHost.StartAsync(options, cancel: TestContext.Current.CancellationToken));
        Assert.Contains("$.Resources.Inbox.Properties.FifoQueue", refused.Message, StringComparison.Ordinal);
    }

    private async Task<LocalAwsOptions> OptionsAsync(TemporaryFolder folder, Action<JsonNode>? change = null)
    {
        var json = SmallTemplate.Json();
        SmallTemplate.Rename(json["Resources"]!, Guid.NewGuid().ToString("N")[..12]);
        change?.Invoke(json["Resources"]!);
        // No test speaks of event sources here, and this role may not read any.
        json["Resources"]!.AsObject().Remove("QueueSource");
        json["Resources"]!.AsObject().Remove("StreamSource");
        var template = Path.Combine(folder.Path, "template.json");
        await File.WriteAllTextAsync(template, json.ToJsonString(), TestContext.Current.CancellationToken);
        return new LocalAwsOptions
        {
            Template = template,
            ApiPort = 0,
            RuntimePort = 0,
            AwsPort = 0,
            DynamoDbUrl = await backends.DynamoDbAsync(),
            MessagingUrl = await backends.MessagingAsync(),
            State = folder.Path,
        };
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("oms-localaws-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
