using System.Reflection;
using System.Text.Json;
using Oms.Contracts;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Tests.Contracts;

/// <summary>What the template delivers to an inbox, and what the function behind it handles.</summary>
public sealed class SubscriptionTests : IAsyncLifetime
{
    private static readonly FunctionSettings Settings = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OTEL_SERVICE_NAME"] = "test",
        ["OMS_LOG_LEVEL"] = "None",
        ["OMS_TABLE"] = "table",
        ["OMS_TOPIC_ARN"] = "arn:aws:sns:us-east-1:000000000000:topic",
        ["OMS_QUEUE_URL"] = "http://sqs.test/inbox",
        ["OMS_INSTRUMENTS_TABLE"] = "instruments",
        ["OMS_GATEWAY_URL"] = "http://gateway.test",
    });

    private readonly FunctionServices _services = new(Settings, TimeProvider.System, new Random(1), static () => new SocketsHttpHandler(), FunctionTelemetry.Start(Settings));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Theory]
    [InlineData("orders-inbox")]
    [InlineData("payments-inbox")]
    [InlineData("inventory-inbox")]
    [InlineData("notifications-inbox")]
    public void An_inbox_is_sent_what_its_function_handles_and_nothing_else(string inbox) =>
        Assert.Equal(Handled(inbox).Except(OwnMessages).Order(StringComparer.Ordinal), Delivered(inbox).Order(StringComparer.Ordinal));

    /// <summary>An overdue payment is such an answer: unheard, the stock of a live order was given back.</summary>
    [Fact]
    public void Whatever_Orders_may_answer_is_heard_by_Inventory()
    {
        var answers = typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)
            .Where(static type => type.StartsWith("order.", StringComparison.Ordinal))
            .Except([.. OwnMessages, EventTypes.OrderRecorded]); // of orders that never had stock
        Assert.Equal(answers.Order(StringComparer.Ordinal), Delivered("inventory-inbox").Order(StringComparer.Ordinal));
    }

    private static LocalTemplate Template => TemplateReader.ReadFile(
        Path.Combine(RepositoryFolder.Path, "Oms.Cloud", "oms.template.json"),
        TemplateSettings.Local(new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentGatewayUrl"] = "http://gateway.test" }, new Uri("http://127.0.0.1:5080"), new Uri("http://127.0.0.1:4566")));

    private static string[] OwnMessages => [EventTypes.ClockTick, EventTypes.OrderDue, EventTypes.PaymentDue, EventTypes.StockDue];

    private static IEnumerable<string> Delivered(string inbox) =>
        from subscription in Template.Subscriptions
        where subscription.Queue == inbox
        from type in JsonDocument.Parse(subscription.FilterPolicy!).RootElement.GetProperty("type").EnumerateArray()
        select type.GetString();

    private IReadOnlyCollection<string> Handled(string inbox) => inbox switch
    {
        "orders-inbox" => Oms.Orders.Program.Inbox(_services, new Oms.Orders.OrderStore(_services.Table)).Types,
        "notifications-inbox" => Oms.Orders.Program.Notifications(_services, new Oms.Orders.OrderStore(_services.Table)).Types,
        "payments-inbox" => Oms.Payments.Program.Inbox(_services, new Oms.Payments.PaymentStore(_services.Table, _services.Random)).Types,
        "inventory-inbox" => Oms.Inventory.Program.Inbox(_services, new Oms.Inventory.InventoryStore(_services.Table, _services.Random)).Types,
        _ => throw new ArgumentOutOfRangeException(nameof(inbox)),
    };
}
