using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Oms.Contracts;
using Oms.Payments.Gateway;
using Oms.Tests.Simulators;

namespace Oms.Tests.Payments;

/// <summary>The adapter against the simulator itself: only a definite answer is an answer.</summary>
public sealed class SimulatedGatewayTests
{
    private static readonly HttpClient Client = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Approved_is_found_by_its_key_and_can_be_given_up_twice()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var gateway = new SimulatedGateway(Client, simulator.Url, TimeProvider.System);
        var approved = Assert.IsType<GatewayOutcome.Approved>(await gateway.AuthoriseAsync(Of("sim_approve"), Stop));
        Assert.Equal(approved, await gateway.FindAsync("k1", Stop));
        Assert.Equal(new GatewayOutcome.NotFound(), await gateway.FindAsync("k2", Stop));
        Assert.Equal(new GatewayOutcome.Voided(), await gateway.VoidAsync(approved.Reference, Stop));
        Assert.Equal(new GatewayOutcome.Voided(), await gateway.VoidAsync(approved.Reference, Stop));
        Assert.Equal(new GatewayOutcome.Voided(), await gateway.FindAsync("k1", Stop));
        Assert.Equal(["authorised k1", "canceled k1"], await simulator.LedgerAsync());
    }

    [Fact]
    public async Task Declined_says_why_and_is_found_declined()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var gateway = new SimulatedGateway(Client, simulator.Url, TimeProvider.System);
        Assert.Equal(new GatewayOutcome.Declined("generic_decline"), await gateway.AuthoriseAsync(Of("sim_decline"), Stop));
        Assert.Equal(new GatewayOutcome.Declined("generic_decline"), await gateway.FindAsync("k1", Stop));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_unknown_and_the_money_is_found_by_asking()
    {
        var time = new FakeTimeProvider();
        await using var simulator = await RunningSimulator.StartAsync(time);
        var gateway = new SimulatedGateway(Client, simulator.Url, time);
        var slow = gateway.AuthoriseAsync(Of("sim_slow"), Stop);
        await simulator.LedgerHasAsync(1);
        time.Advance(SimulatedGateway.Patience);
        Assert.Equal(new GatewayOutcome.Unknown("time-out"), await slow);
        Assert.Equal(new GatewayOutcome.Unknown("http-409"), await gateway.AuthoriseAsync(Of("sim_slow"), Stop));
        Assert.IsType<GatewayOutcome.Approved>(await gateway.FindAsync("k1", Stop));
    }

    [Fact]
    public async Task A_500_is_unknown_whether_it_came_before_or_after_the_effect()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var gateway = new SimulatedGateway(Client, simulator.Url, TimeProvider.System);
        Assert.Equal(new GatewayOutcome.Unknown("http-500"), await gateway.AuthoriseAsync(Of("sim_error"), Stop));
        Assert.IsType<GatewayOutcome.Approved>(await gateway.FindAsync("k1", Stop));
        Assert.Equal(new GatewayOutcome.Unknown("http-500"), await gateway.AuthoriseAsync(Of("sim_lost") with { Key = "k2" }, Stop));
        Assert.Equal(new GatewayOutcome.NotFound(), await gateway.FindAsync("k2", Stop));
        Assert.IsType<GatewayOutcome.Approved>(await gateway.AuthoriseAsync(Of("sim_lost") with { Key = "k2" }, Stop));
    }

    [Fact]
    public async Task A_request_that_the_gateway_refuses_is_no_decline_but_a_key_used_otherwise_is_unknown()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var gateway = new SimulatedGateway(Client, simulator.Url, TimeProvider.System);
        Assert.Equal(new GatewayOutcome.Refused("resource_missing"), await gateway.AuthoriseAsync(Of("tok_of_another_gateway"), Stop));
        Assert.Equal(new GatewayOutcome.Refused("parameter_invalid_integer"), await gateway.AuthoriseAsync(Of("sim_approve") with { Amount = Money.Zero("EUR") }, Stop));
        Assert.IsType<GatewayOutcome.Approved>(await gateway.AuthoriseAsync(Of("sim_approve"), Stop));
        Assert.Equal(new GatewayOutcome.Unknown("http-400"), await gateway.AuthoriseAsync(Of("sim_approve") with { Amount = new Money(1, "EUR") }, Stop));
        Assert.Equal(new GatewayOutcome.Refused("resource_missing"), await gateway.VoidAsync("pi_nobody", Stop));
    }

    [Fact]
    public async Task Nobody_there_is_unknown()
    {
        var simulator = await RunningSimulator.StartAsync();
        var gateway = new SimulatedGateway(Client, simulator.Url, TimeProvider.System);
        await simulator.DisposeAsync();
        Assert.Equal(new GatewayOutcome.Unknown("connection-lost"), await gateway.AuthoriseAsync(Of("sim_approve"), Stop));
        Assert.Equal(new GatewayOutcome.Unknown("connection-lost"), await gateway.FindAsync("k1", Stop));
    }

    [Theory]
    [InlineData(200, "<html>", "unreadable")]
    [InlineData(200, "", "unreadable")]
    [InlineData(200, "{}", "http-200")]
    [InlineData(200, """{"id":"pi_1","status":"processing"}""", "http-200")]
    [InlineData(200, """{"status":"requires_capture"}""", "http-200")]
    [InlineData(302, "", "http-302")]
    [InlineData(400, "null", "http-400")]
    [InlineData(401, """{"error":{"type":"invalid_request_error"}}""", "http-401")]
    [InlineData(402, "{}", "http-402")]
    [InlineData(429, """{"error":{"type":"invalid_request_error","code":"rate_limit"}}""", "http-429")]
    [InlineData(503, "busy", "http-503")]
    public async Task Whatever_leaves_open_what_happened_is_unknown(int status, string body, string reason)
    {
        using var odd = new HttpClient(new Canned(status, body));
        var gateway = new SimulatedGateway(odd, new Uri("http://gateway.test"), TimeProvider.System);
        Assert.Equal(new GatewayOutcome.Unknown(reason), await gateway.AuthoriseAsync(Of("sim_approve"), Stop));
    }

    [Fact]
    public async Task Text_that_is_no_code_is_not_kept()
    {
        using var odd = new HttpClient(new Canned(402, """{"error":{"type":"card_error","decline_code":"Jane Doe, 4 Elm Street"}}"""));
        var gateway = new SimulatedGateway(odd, new Uri("http://gateway.test"), TimeProvider.System);
        Assert.Equal(new GatewayOutcome.Declined("unnamed"), await gateway.AuthoriseAsync(Of("sim_approve"), Stop));
    }

    [Fact]
    public void A_printed_authorisation_does_not_show_its_token() => Assert.DoesNotContain("sim_approve", Of("sim_approve").ToString(), StringComparison.Ordinal);

    private static Authorisation Of(string token) => new("k1", "ord_1", new Money(4470, "EUR"), token);

    private sealed class Canned(int status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}
