using Oms.ServiceDefaults.Http;

namespace Oms.Orders.Magento;

/// <summary>What came of reading a body: an order, or the reason why there is none.</summary>
internal abstract record MagentoReading
{
    private MagentoReading()
    {
    }

    internal sealed record Order(MagentoOrder Facts) : MagentoReading;

    internal sealed record NotJson(string Detail) : MagentoReading;

    /// <summary>JSON, but without what an order cannot do without; each with a JSON pointer into the body.</summary>
    internal sealed record Unreadable(IReadOnlyList<FieldError> Errors) : MagentoReading;
}
