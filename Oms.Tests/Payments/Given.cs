using Amazon.SimpleNotificationService;
using Amazon.SQS;
using Oms.Contracts;
using Oms.Payments;
using Oms.Payments.Gateway;
using Oms.ServiceDefaults.Messaging;
using Oms.ServiceDefaults.Store;

namespace Oms.Tests.Payments;

/// <summary>Starting points for payment tests.</summary>
internal static class Given
{
    public const string OrderId = "ord_00000000000000000000000001";
    public const string Key = OrderId + "-authorise-1";
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly GatewayTraits Gateway = new(TimeSpan.FromHours(24), CanBeAsked: true, PartialCapture.Once);

    public static OrderEvent Order(OrderState state = OrderState.AwaitingPayment, string type = EventTypes.OrderAwaitingPayment, long version = 3, string orderId = OrderId, bool ask = false) => new()
    {
        Id = OrderEvent.IdOf(orderId, version),
        Type = type,
        Tenant = "local",
        Store = "default",
        OrderId = orderId,
        Version = version,
        At = Noon,
        Ask = ask,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Order = new OrderSnapshot { State = state, Payer = Payer.Oms, Currency = "EUR", Total = "44.70", AmountToCollect = "44.70", Lines = [] },
    };

    public static OrderEvent Due(long version = 4, string orderId = OrderId) => Order(type: EventTypes.OrderPaymentDue, version: version, orderId: orderId, ask: true);

    public static OrderEvent Cancelled(long version = 5, string orderId = OrderId) => Order(OrderState.Cancelled, EventTypes.OrderCancelled, version, orderId);

    /// <summary>The winner's call has just begun.</summary>
    public static Payment Authorising => Payment.Begin(Order(), Noon);

    /// <summary>The call ended without an answer at 12:00:05.</summary>
    public static Payment Unknown => After(Authorising, new GatewayOutcome.Unknown("time-out"), Noon.AddSeconds(5));

    public static Payment Authorised => After(Authorising, new GatewayOutcome.Approved("pi_1"), Noon.AddSeconds(1));

    public static Payment Declined => After(Authorising, new GatewayOutcome.Declined("generic_decline"), Noon.AddSeconds(1));

    public static Payment Voiding => Written(ReleasePayment.Decide(Authorised, Cancelled(), Gateway, Noon.AddSeconds(10)));

    public static Payment Voided => After(Voiding, new GatewayOutcome.Voided(), Noon.AddSeconds(11));

    /// <summary>The deadline passed, and the gateway had nothing.</summary>
    public static Payment Expired
    {
        get
        {
            var closing = Written(AnswerPaymentDue.Decide(Unknown, Due(), Gateway, Noon.AddMinutes(30)));
            return After(closing, new GatewayOutcome.NotFound(), Noon.AddMinutes(30));
        }
    }

    /// <summary>The work of one function on a table, with seeded jitter.</summary>
    public static PaymentWork Work(DynamoTable table, IPaymentGateway gateway, IAmazonSimpleNotificationService sns, IAmazonSQS sqs) => new(
        new PaymentStore(table, new Random(2)), gateway, new PaymentInstruments(table), new EventPublisher(sns, "topic", table.Retry), new InboxQueue(sqs, "queue", table.Retry), table.Clock);

    /// <summary>What is written when the gateway says this.</summary>
    public static Payment After(Payment payment, GatewayOutcome outcome, DateTimeOffset now) => Written(NextStep.OnHearing(payment, outcome, Gateway, now, now));

    public static Payment Written(Step step) => Assert.IsType<Step.Write>(step).Payment;
}
