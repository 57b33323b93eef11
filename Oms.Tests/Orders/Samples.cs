using Oms.Contracts;
using Oms.Orders;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

/// <summary>The committed payloads, and the usual starting points made from them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<string> Root = new(static () =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Oms.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Oms.sln is in no folder above the tests");
        }

        return folder.FullName;
    });

    private static string Folder => Path.Combine(Root.Value, "samples");

    /// <summary>The committed C# of some folders.</summary>
    public static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root.Value, folder), "*.cs"))
        .Select(File.ReadAllText);

    /// <param name="name">Such as "magento/guest" or "native-order".</param>
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".json"));

    public static IEnumerable<string> MagentoFixtures =>
        Directory.EnumerateFiles(Path.Combine(Folder, "magento"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static MagentoOrder Magento(string name) => Magento(Read(name));

    public static MagentoOrder Magento(byte[] body) => Assert.IsType<MagentoReading.Order>(MagentoReader.Read(body)).Facts;

    /// <summary>As the order stands right after it was placed.</summary>
    public static Order Placed(string name) => Placed(Magento(name));

    public static Order Placed(MagentoOrder magento) =>
        OrderTransition.Next(MagentoIntake.ToOrder(magento, "local", "default", new DocumentName("00", 1), cardNumberRemoved: false, Now), "magento", Now, null);

    public static Order PlacedNatively()
    {
        var native = NativeOrder.Read(Read("native-order")).Order!;
        return PlaceOrder.Decide(native, OrderId.OfNative("local", "key"), "local", "default", new DocumentName("00", 1), "request", "operation", null, Now);
    }

    public static Order Held(this Order order, long version = 1) => order.WithStock(StockStatus.Held, version);

    public static Order WithStock(this Order order, StockStatus status, long version = 1, params Shortage[] shortages) => RecordStock.Decide(
        order,
        new StockEvent
        {
            Id = StockEvent.IdOf(order.Id, version),
            Type = EventTypes.StockHeld,
            Tenant = order.Tenant,
            Store = order.Store,
            OrderId = order.Id,
            Version = version,
            At = Now,
            Stock = new StockSnapshot { Status = status, OrderVersion = order.Version, Shortages = shortages.Length == 0 ? null : shortages },
        },
        null,
        Now);

    public static Order WithPayment(this Order order, PaymentStatus status, long version = 1) => RecordPayment.Decide(
        order,
        new PaymentEvent
        {
            Id = PaymentEvent.IdOf(order.Id, version),
            Type = EventTypes.PaymentAuthorised,
            Tenant = order.Tenant,
            Store = order.Store,
            OrderId = order.Id,
            Version = version,
            At = Now,
            Payment = new PaymentSnapshot { Status = status, OrderVersion = order.Version, Amount = order.Total.ToWire(), Currency = order.Total.Currency },
        },
        null,
        Now);
}
