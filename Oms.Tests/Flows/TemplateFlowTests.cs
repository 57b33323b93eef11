using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>The whole from a changed template: one filter without a type, one route under another name, one policy without an action, and nothing else touched.</summary>
public sealed class TemplateFlowTests(TemplateFlowTests.Stack fixture) : IClassFixture<TemplateFlowTests.Stack>
{
    private const string RouteKey = "GET /v1/magento/{store}/orders/{incrementId}";
    private const string RenamedKey = "GET /v1/shops/{store}/orders/{incrementId}";

    [Fact]
    public async Task Where_the_filter_of_notifications_leaves_out_confirmations_nobody_is_told_of_them()
    {
        using var shop = await fixture.Value.ClientAsync("filtered");
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 10);
        }

        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000001"));
        await shop.WaitForStateAsync(placed.OrderId, "Confirmed");

        // The cancellation, which the filter still names, comes after the confirmation and is told: that one would have been by now.
        await shop.PlaceMagentoAsync(Sample.Magento("000000001", static order =>
        {
            order["state"] = "canceled";
            order["status"] = "canceled";
            order["updated_at"] = "2026-03-15 10:00:00";
        }));
        await OmsClient.WaitUntilAsync(async () => (await NoticesAsync(shop, placed.OrderId)).Count > 0, "the customer was told of the cancellation");
        Assert.Equal(["order.cancelled.v1"], await NoticesAsync(shop, placed.OrderId));
    }

    [Fact]
    public async Task A_renamed_route_is_gone_under_its_old_name_and_guarded_under_its_new_one()
    {
        using var shop = await fixture.Value.ClientAsync("renamed");
        var placed = await shop.PlaceMagentoAsync(Sample.Magento("000000002"));
        Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync($"/v1/orders/{placed.OrderId}")).Status);

        // The old name falls to $default, which asks for no token and knows only what the path could be.
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await shop.GetAsync("/v1/magento/default/orders/000000002")).Status);
        using (var anonymous = await fixture.Value.Anonymous.GetAsync(new Uri("/v1/magento/default/orders/000000002", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.MethodNotAllowed, anonymous.StatusCode);
        }

        // The new name is guarded as the old one was, and reaches the function, which has no such route.
        using (var anonymous = await fixture.Value.Anonymous.GetAsync(new Uri("/v1/shops/default/orders/000000002", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await shop.GetAsync("/v1/shops/default/orders/000000002")).Status);
    }

    [Fact]
    public async Task An_action_that_the_policy_of_a_role_no_longer_names_is_refused_by_function_action_and_resource()
    {
        var refusals = new ConcurrentQueue<string>();
        using var watched = fixture.Value.Break(new ProxyFault
        {
            After = (call, answer) =>
            {
                if (call.Caller == "inventory-api" && !answer.IsSuccess)
                {
                    refusals.Enqueue(Encoding.UTF8.GetString(answer.Body.Span));
                }

                return Task.FromResult(answer);
            },
        });
        using var shop = await fixture.Value.ClientAsync("refused");
        await shop.SetStockAsync("MUG", 3); // what the policy still names
        Assert.Empty(refusals);

        Assert.Equal(HttpStatusCode.InternalServerError, (await shop.GetAsync("/v1/stock/MUG")).Status);
        var refusal = Assert.Single(refusals);
        Assert.Contains("AccessDeniedException", refusal, StringComparison.Ordinal);
        Assert.Contains("/inventory-api is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:000000000000:table/oms-inventory because", refusal, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> NoticesAsync(OmsClient shop, string orderId) =>
    [
        .. (await shop.GetAsync($"/v1/orders/{orderId}/events")).Json.GetProperty("events").EnumerateArray()
            .Where(static entry => entry.GetProperty("kind").GetString() == "notice")
            .Select(static entry => entry.GetProperty("event").GetString()!),
    ];

    public sealed class Stack : IAsyncLifetime
    {
        internal OmsStack Value { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Value = await OmsStack.StartAsync(new OmsStackOptions { Template = Change });

        public ValueTask DisposeAsync() => Value.DisposeAsync();

        private static void Change(JsonObject template)
        {
            var resources = template["Resources"]!.AsObject().Select(static resource => resource.Value!["Properties"]!).ToList();
            resources.Single(static properties => properties["RouteKey"]?.GetValue<string>() == RouteKey)["RouteKey"] = RenamedKey;
            var types = template["Resources"]!["NotificationsInboxFromOrders"]!["Properties"]!["FilterPolicy"]!["type"]!.AsArray();
            Assert.Equal(1, types.RemoveAll(static type => type!.GetValue<string>() == "order.confirmed.v1"));
            var actions = template["Resources"]!["InventoryApiRole"]!["Properties"]!["Policies"]![0]!["PolicyDocument"]!["Statement"]![0]!["Action"]!.AsArray();
            Assert.Equal(1, actions.RemoveAll(static action => action!.GetValue<string>() == "dynamodb:Query"));
        }
    }
}
