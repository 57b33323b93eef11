using Oms.Payments.Gateway;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Http;

namespace Oms.Payments;

/// <summary>The table of contents of Payments, the money that Oms collects itself: one binary, three functions.</summary>
internal static class Program
{
    public static async Task<int> Main()
    {
        await using var services = FunctionServices.FromEnvironment();
        return await new Function(services, RoleOf(services)).RunAsync();
    }

    public static IFunctionRole RoleOf(FunctionServices services)
    {
        var store = new PaymentStore(services.Table, services.Random);
        return services.Settings.Role switch
        {
            "api" => new ApiRole(
                new RouteTable()
                    .Get("/v1/payments/{orderId}", nameof(GetPayment), request => GetPayment.HandleAsync(request, store)),
                services),
            "relay" => new RelayRole(static (head, _) => Task.FromResult<OmsEvent?>(PaymentStore.EventOf(head)), services),
            "inbox" => new InboxRole(Inbox(services, store), services),
            var other => throw new InvalidOperationException($"OMS_ROLE is {other}; Payments has the roles api, relay and inbox"),
        };
    }

    internal static InboxTable Inbox(FunctionServices services, PaymentStore store)
    {
        var gateway = new SimulatedGateway(services.Http, services.Settings.GatewayUrl, services.Clock);
        var work = new PaymentWork(store, gateway, services.Instruments, services.Publisher, services.OwnInbox, services.Clock);
        return new InboxTable()
            .On(EventTypes.OrderAwaitingPayment, nameof(AuthorisePayment), (OrderEvent order, CancellationToken stop) => AuthorisePayment.HandleAsync(order, work, stop))
            .On(EventTypes.OrderPaymentDue, nameof(AnswerPaymentDue), (OrderEvent order, CancellationToken stop) => AnswerPaymentDue.HandleAsync(order, work, stop))
            .On(EventTypes.OrderCancelled, nameof(ReleasePayment), (OrderEvent order, CancellationToken stop) => ReleasePayment.HandleAsync(order, work, stop))
            .On(EventTypes.OrderRejected, nameof(ReleasePayment), (OrderEvent order, CancellationToken stop) => ReleasePayment.HandleAsync(order, work, stop))
            .On(EventTypes.PaymentDue, nameof(ResolvePayment), (DueMessage due, CancellationToken stop) => ResolvePayment.HandleAsync(due, work, stop))
            .On(EventTypes.ClockTick, nameof(ListDuePayments), (DueMessage _, CancellationToken stop) => ListDuePayments.HandleAsync(store, services.OwnInbox, stop));
    }
}
