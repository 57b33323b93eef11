using Oms.LocalAws.Proxy;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>SIGKILL to a function's process in the middle of its work, before and after what counts in it took effect.</summary>
[Collection(nameof(WholeSystem))]
public sealed class KilledFunctionFlowTests
{
    /// <summary>Where each function does what counts.</summary>
    private static readonly (string Function, string Operation)[] Steps =
    [
        ("orders-inbox", "PutItem"),
        ("inventory-inbox", "TransactWriteItems"),
        ("payments-inbox", "PutItem"),
        ("notifications", "PutItem"),
        ("orders-relay", "PublishBatch"),
        ("inventory-relay", "PublishBatch"),
        ("payments-relay", "PublishBatch"),
    ];

    /// <summary>All in one test: a killed inbox's message comes back after the queue's visibility time-out, for which all of them wait together.</summary>
    [Fact]
    public async Task A_function_killed_while_it_works_is_done_again_by_the_next()
    {
        await using var oms = await OmsStack.StartAsync(new OmsStackOptions { Functions = FunctionHosting.Processes, Template = TemplateChange.SoonVisibleAgain });
        using var shop = await oms.ClientAsync("killed");
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 100);
        }

        var placed = new List<OmsAnswer>();
        foreach (var isCommitted in new[] { false, true })
        {
            // A claim on a payment that is left behind is settled minutes later, when the gateway's "not found" counts: the SIGKILL flow looks at that.
            foreach (var (function, operation) in Steps.Where(step => !isCommitted || step.Function != "payments-inbox"))
            {
                placed.Add(await PlaceAndKillAsync(oms, shop, $"key-{placed.Count}", function, operation, isCommitted));
            }
        }

        foreach (var order in placed)
        {
            await shop.WaitForStateAsync(order.OrderId, "Confirmed");
            await shop.WaitUntilToldAsync(order.OrderId);
            Assert.Equal(1, await oms.AuthorisationsAsync(order.OrderId));
        }

        var held = placed.Count * Sample.Lines[0].Quantity;
        Assert.Equal((100m, held, 100m - held), await shop.StockAsync(Sample.Lines[0].Sku));
    }

    /// <summary>The function's next such call waits, before or after it takes effect, until its caller is dead.</summary>
    private static async Task<OmsAnswer> PlaceAndKillAsync(OmsStack oms, OmsClient shop, string key, string function, string operation, bool isCommitted)
    {
        var caught = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task HoldAsync(AwsCall call)
        {
            if (call.Caller == function && call.Operation == operation && caught.TrySetResult())
            {
                await killed.Task;
            }
        }

        using var holding = oms.Break(new ProxyFault
        {
            Before = async (call, _) =>
            {
                if (!isCommitted)
                {
                    await HoldAsync(call);
                }

                return null;
            },
            After = async (call, answer) =>
            {
                if (isCommitted && answer.IsSuccess)
                {
                    await HoldAsync(call);
                }

                return answer;
            },
        });
        try
        {
            var placed = await shop.PlaceNativeAsync(Sample.Native(), key);
            await caught.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            await oms.ProcessesOf(function)[0].KillAndRestartAsync();
            return placed;
        }
        finally
        {
            killed.SetResult();
        }
    }
}
