using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Oms.Simulators;
using Oms.Simulators.Gateway;

namespace Oms.Tests.Simulators;

/// <summary>The simulator keeps Stripe's documented rules (docs.stripe.com/api/idempotent_requests, docs.stripe.com/api/payment_intents).</summary>
public sealed class PaymentGatewaySimulatorTests
{
    [Fact]
    public async Task The_same_key_with_the_same_parameters_gets_the_first_answer_again()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var first = await gateway.AuthoriseAsync("k1", "sim_approve");
        using var again = await gateway.AuthoriseAsync("k1", "sim_approve");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(await Text(first), await Text(again));
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(["authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task The_same_key_with_other_parameters_is_an_error()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var first = await gateway.AuthoriseAsync("k1", "sim_approve");
        using var other = await gateway.AuthoriseAsync("k1", "sim_approve", amount: "4471");
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (other.StatusCode, await ErrorType(other)));
        Assert.Equal(["authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task A_key_whose_first_request_still_runs_is_in_use_though_the_money_is_authorised_already()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await RunningSimulator.StartAsync(time);
        var slow = gateway.AuthoriseAsync("k1", "sim_slow");
        await gateway.LedgerHasAsync(1);
        using var meanwhile = await gateway.AuthoriseAsync("k1", "sim_slow");
        Assert.Equal(HttpStatusCode.Conflict, meanwhile.StatusCode);
        Assert.False(slow.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(20));
        using var answer = await slow;
        using var replay = await gateway.AuthoriseAsync("k1", "sim_slow");
        Assert.Equal(await Text(answer), await Text(replay));
        Assert.Equal(["authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task A_500_after_the_effect_is_the_answer_for_ever_and_only_asking_tells()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var first = await gateway.AuthoriseAsync("k1", "sim_error");
        using var again = await gateway.AuthoriseAsync("k1", "sim_error");
        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (first.StatusCode, again.StatusCode));
        Assert.Contains("requires_capture", await gateway.Http.GetStringAsync("/v1/payment_intents?idempotency_key=k1", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(["authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task A_request_that_was_lost_before_anything_began_is_the_first_when_it_comes_again()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var lost = await gateway.AuthoriseAsync("k1", "sim_lost");
        Assert.Equal(HttpStatusCode.InternalServerError, lost.StatusCode);
        Assert.Empty(await gateway.LedgerAsync());
        using var again = await gateway.AuthoriseAsync("k1", "sim_lost");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(["authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task A_decline_names_its_reason()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var declined = await gateway.AuthoriseAsync("k1", "sim_decline_insufficient_funds");
        Assert.Equal(HttpStatusCode.PaymentRequired, declined.StatusCode);
        Assert.Contains("\"decline_code\":\"insufficient_funds\"", await Text(declined), StringComparison.Ordinal);
        Assert.Equal(["declined k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task A_key_older_than_the_horizon_is_forgotten_and_charges_anew()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await RunningSimulator.StartAsync(time, "--Gateway:KeyHorizon=01:00:00");
        using var first = await gateway.AuthoriseAsync("k1", "sim_approve");
        time.Advance(TimeSpan.FromHours(1));
        using var anew = await gateway.AuthoriseAsync("k1", "sim_approve");
        Assert.Equal(["authorised k1", "authorised k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task An_invalid_request_is_not_remembered_under_its_key()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var invalid = await gateway.AuthoriseAsync("k1", "tok_of_another_gateway");
        using var valid = await gateway.AuthoriseAsync("k1", "sim_approve");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error"), (invalid.StatusCode, await ErrorType(invalid)));
        Assert.Equal(HttpStatusCode.OK, valid.StatusCode);
    }

    [Fact]
    public async Task A_token_with_a_NUL_is_an_invalid_request_and_no_outcome_that_nobody_knows()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var invalid = await gateway.AuthoriseAsync("k1", "sim_approve\0");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error"), (invalid.StatusCode, await ErrorType(invalid)));
        Assert.Empty(await gateway.LedgerAsync());
    }

    [Fact]
    public async Task What_is_cancelled_twice_is_cancelled_once()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var authorised = await gateway.AuthoriseAsync("k1", "sim_approve");
        var id = JsonDocument.Parse(await Text(authorised)).RootElement.GetProperty("id").GetString();
        using var first = await gateway.Http.PostAsync($"/v1/payment_intents/{id}/cancel", content: null, TestContext.Current.CancellationToken);
        using var second = await gateway.Http.PostAsync($"/v1/payment_intents/{id}/cancel", content: null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (first.StatusCode, second.StatusCode));
        Assert.Equal(["authorised k1", "canceled k1"], await gateway.LedgerAsync());
    }

    [Fact]
    public async Task Of_two_that_cancel_at_once_the_loser_is_shown_what_the_winner_left()
    {
        var settings = new GatewaySettings(TimeSpan.Zero, TimeSpan.FromHours(24));
        var gateway = new PaymentGateway(new GatewayLedger(TimeProvider.System), new IdempotencyKeys(TimeProvider.System, settings), settings);
        for (var round = 0; round < 2_000; round++)
        {
            var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["amount"] = "100", ["currency"] = "eur", ["payment_method"] = "sim_approve", ["capture_method"] = "manual", ["confirm"] = "true" };
            var id = JsonDocument.Parse(gateway.Create(form, $"k{round}").Answer.Body).RootElement.GetProperty("id").GetString()!;
            using var start = new Barrier(2);
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return gateway.Cancel(id).Answer;
            })));
            var loser = Assert.Single(answers, static answer => answer.Status == 400);
            Assert.Equal("canceled", JsonDocument.Parse(loser.Body).RootElement.GetProperty("error").GetProperty("payment_intent").GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task It_is_healthy_and_can_be_asked_by_reference()
    {
        await using var gateway = await RunningSimulator.StartAsync();
        using var one = await gateway.AuthoriseAsync("k1", "sim_approve", reference: "ord_1");
        using var two = await gateway.AuthoriseAsync("k2", "sim_approve", reference: "ord_2");
        using var health = await gateway.Http.GetAsync("/simulator/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var found = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/payment_intents?reference=ord_2", TestContext.Current.CancellationToken));
        Assert.Equal("k2", found.RootElement.GetProperty("data").EnumerateArray().Single().GetProperty("idempotency_key").GetString());
    }

    [Theory]
    [InlineData("http://0.0.0.0:5090")]
    [InlineData("http://*:5090")]
    [InlineData("http://192.168.1.5:5090")]
    public void It_does_not_listen_beyond_this_machine(string url) =>
        Assert.Contains("loopback", Assert.Throws<ArgumentException>(() => SimulatorHost.Build(["--urls=" + url])).Message, StringComparison.Ordinal);

    private static Task<string> Text(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task<string?> ErrorType(HttpResponseMessage response) =>
        JsonDocument.Parse(await Text(response)).RootElement.GetProperty("error").GetProperty("type").GetString();
}
