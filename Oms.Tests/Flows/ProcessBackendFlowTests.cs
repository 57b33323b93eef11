using System.Net;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>The flows of an order once more with everything as processes: the functions, DynamoDB Local, and SNS and SQS in Node.</summary>
[Collection(nameof(WholeSystem))]
public sealed class ProcessBackendFlowTests(ProcessBackendFlowTests.Stack shared) : PlaceMagentoOrderFlowTests(shared), IClassFixture<ProcessBackendFlowTests.Stack>
{
    [Theory]
    [InlineData("sim_approve", "Confirmed")]
    [InlineData("sim_decline", "Cancelled")]
    public async Task A_native_order_ends_as_its_payment_does(string token, string state)
    {
        using var shop = await shared.NewTenantAsync();
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 10);
        }

        var placed = await shop.PlaceNativeAsync(Sample.Native(token), "key-1");
        Assert.Equal(HttpStatusCode.Accepted, placed.Status);
        await shop.WaitForStateAsync(placed.OrderId, state);
    }

    [Fact]
    public async Task What_was_in_the_queues_of_a_messaging_backend_that_crashed_comes_again_from_the_streams() =>
        await CrashedMessaging.LosesNothingAsync(await shared.StackAsync(), "crashed", keepsQueues: false);

    public sealed class Stack() : SharedStack(new OmsStackOptions { Backend = BackendKind.Processes, Functions = FunctionHosting.Processes });
}
