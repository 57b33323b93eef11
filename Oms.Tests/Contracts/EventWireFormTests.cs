using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Oms.Contracts;
using Oms.ServiceDefaults.Messaging;
using Oms.Tests.Support;

namespace Oms.Tests.Contracts;

public sealed class EventWireFormTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly OrderEvent Order = new()
    {
        Id = OrderEvent.IdOf("ord_00000000000000000000000000", 3),
        Type = EventTypes.OrderConfirmed,
        Tenant = "local",
        Store = "default",
        OrderId = "ord_00000000000000000000000000",
        Version = 3,
        At = At,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Order = new OrderSnapshot
        {
            State = OrderState.Confirmed,
            Number = "000000013",
            Payer = Payer.Magento,
            Method = "stripe_payments",
            Currency = "EUR",
            Total = "165.00",
            AmountToCollect = "160.00",
            Lines = [new StockLine("MH01-S-Gray", 2), new StockLine("24-WG085", 0.5m)],
            Reasons = ["totals-mismatch"],
            Deadline = At.AddDays(7),
        },
    };

    public static TheoryData<string, OmsEvent> Events => new()
    {
        { "order.json", Order },
        { "order-asking.json", Order with { Ask = true, TraceParent = null, Order = Order.Order with { Number = null, Method = null, Reasons = null, Deadline = null, Lines = [] } } },
        {
            "stock.json", new StockEvent
            {
                Id = StockEvent.IdOf(Order.OrderId, 2),
                Type = EventTypes.StockRefused,
                Tenant = "local",
                Store = "default",
                OrderId = Order.OrderId,
                Version = 2,
                At = At,
                Stock = new StockSnapshot { Status = StockStatus.Refused, OrderVersion = 1, Shortages = [new Shortage("24-WG085", 3, 1.5m), new Shortage("nobody-knows", 1, null)] },
            }
        },
        {
            "payment.json", new PaymentEvent
            {
                Id = PaymentEvent.IdOf(Order.OrderId, 2),
                Type = EventTypes.PaymentDeclined,
                Tenant = "local",
                Store = "default",
                OrderId = Order.OrderId,
                Version = 2,
                At = At,
                Payment = new PaymentSnapshot { Status = PaymentStatus.Declined, OrderVersion = 2, Amount = "44.70", Currency = "EUR", Code = "insufficient-funds" },
            }
        },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void The_wire_form_is_the_committed_one(string file, OmsEvent fact)
    {
        var outgoing = OutgoingEvent.Of(fact);
        using var document = JsonDocument.Parse(outgoing.Body);
        var attributes = string.Join("\n", outgoing.Attributes.Select(pair => $"{pair.Key}={pair.Value}"));
        Approved.Matches(JsonSerializer.Serialize(document, Indented) + "\n\n" + attributes, file);
    }

    [Fact]
    public void Every_order_state_and_payer_has_its_wire_name() =>
        Approved.Matches(string.Join("\n", Enum.GetNames<OrderState>().Concat(Enum.GetNames<StockStatus>()).Concat(Enum.GetNames<PaymentStatus>())), "states.txt");

    [Fact]
    public void Every_event_type_is_a_versioned_name() =>
        Approved.Matches(string.Join("\n", typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)), "types.txt");

    /// <summary>Older code, beside which newer code runs for a while, and messages that wait in a queue lack what is added: a new property is never a required one.</summary>
    [Fact]
    public void No_property_becomes_a_required_one() => Approved.Matches(
        string.Join("\n", typeof(OmsEvent).Assembly.GetExportedTypes()
            .Where(static type => type.GetConstructor(Type.EmptyTypes) is not null || type.IsAssignableTo(typeof(OmsEvent)))
            .SelectMany(static type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(static property => property.IsDefined(typeof(RequiredMemberAttribute))).Select(property => $"{type.Name}.{property.Name}"))
            .Order(StringComparer.Ordinal)),
        "required.txt");

    [Theory]
    [MemberData(nameof(Events))]
    public void What_is_written_is_read_back(string file, OmsEvent fact)
    {
        var body = OutgoingEvent.Of(fact).Body;
        OmsEvent? read = fact switch
        {
            OrderEvent => JsonSerializer.Deserialize(body, ContractsJson.Default.OrderEvent),
            StockEvent => JsonSerializer.Deserialize(body, ContractsJson.Default.StockEvent),
            _ => JsonSerializer.Deserialize(body, ContractsJson.Default.PaymentEvent),
        };
        Assert.Equal(body, OutgoingEvent.Of(read!).Body);
        Assert.EndsWith(".json", file, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_senders_extra_property_is_ignored()
    {
        var body = OutgoingEvent.Of(Order).Body.Replace("\"version\":3", "\"version\":3,\"later\":{\"a\":1}", StringComparison.Ordinal);
        Assert.Equal(3, JsonSerializer.Deserialize(body, ContractsJson.Default.OrderEvent)!.Version);
    }

    [Theory]
    [InlineData("\"tenant\":\"local\",", "")]
    [InlineData("\"version\":3", "\"version\":3,\"version\":4")]
    [InlineData("\"state\":\"Confirmed\"", "\"state\":\"Sideways\"")]
    [InlineData("\"tenant\":\"local\"", "\"tenant\":null")]
    public void A_message_that_breaks_the_contract_is_refused(string part, string broken)
    {
        var body = OutgoingEvent.Of(Order).Body;
        Assert.Contains(part, body, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(body.Replace(part, broken, StringComparison.Ordinal), ContractsJson.Default.OrderEvent));
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
