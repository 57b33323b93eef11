using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>An order as the native API takes it, checked: what is wrong with it is said with JSON pointers, all at once.</summary>
internal sealed record NativeOrder
{
    public const int MaximumLines = 100;
    private const decimal LargestQuantity = 100_000m;
    private const decimal LargestAmount = 1_000_000_000m;
    private const int LongestText = 255;

    public string? Store { get; init; }

    public required string Email { get; init; }

    public required string Currency { get; init; }

    public required IReadOnlyList<NativeLine> Lines { get; init; }

    public decimal Shipping { get; init; }

    public decimal Discount { get; init; }

    public decimal Tax { get; init; }

    public string? Method { get; init; }

    /// <summary>The gateway's token. It goes to Payments by its own way and is in no document, event, log or span.</summary>
    public string? Token { get; init; }

    public required Money Total { get; init; }

    /// <summary>One line per SKU.</summary>
    public IReadOnlyList<StockLine> StockLines =>
        [.. Lines.GroupBy(line => line.Sku, StringComparer.Ordinal).Select(group => new StockLine(group.Key, group.Sum(line => line.Quantity)))];

    /// <summary>Reads a request.</summary>
    public static (NativeOrder? Order, Problem? Refusal) Read(ReadOnlyMemory<byte> body) => Read(body, wantsToken: true);

    /// <summary>Reads the stored request again; it was checked before it was stored.</summary>
    public static NativeOrder ReadStored(ReadOnlyMemory<byte> raw) => Read(raw, wantsToken: false).Order
        ?? throw new InvalidOperationException("The stored order does not pass the check that it passed when it came in");

    /// <summary>The request as it is stored: everything but the payment token.</summary>
    public static ReadOnlyMemory<byte> WithoutToken(ReadOnlyMemory<byte> body)
    {
        var order = JsonNode.Parse(body.Span)!.AsObject();
        (order["payment"] as JsonObject)?.Remove("token");
        return Encoding.UTF8.GetBytes(order.ToJsonString());
    }

    private static (NativeOrder? Order, Problem? Refusal) Read(ReadOnlyMemory<byte> body, bool wantsToken)
    {
        var (document, refusal) = JsonBody.Parse(body);
        using (document)
        {
            try
            {
                return refusal is not null ? (null, refusal) : new Reader(wantsToken).Read(document!.RootElement);
            }
            catch (InvalidOperationException)
            {
                // What System.Text.Json throws for text that is not Unicode.
                return (null, Problem.Malformed("The body has text that is not valid Unicode."));
            }
        }
    }

    private sealed class Reader(bool wantsToken)
    {
        private readonly List<FieldError> _errors = [];
        private string? _unknown;

        public (NativeOrder? Order, Problem? Refusal) Read(JsonElement root)
        {
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, Problem.Malformed("The body must be a JSON object."));
            }

            Knows(root, "", "store", "customer", "currency", "lines", "shipping", "discount", "tax", "payment");
            var customer = Object(root, "", "customer", required: true, "email", "name", "reference");
            var shipping = Object(root, "", "shipping", required: false, "amount", "method", "address");
            var address = Object(shipping, "/shipping", "address", required: false, "name", "company", "lines", "city", "region", "postalCode", "country", "phone");
            var payment = Object(root, "", "payment", required: false, "method", "token", "amount");
            var currency = Text(root, "", "currency", required: true) ?? "";
            if (currency.Length > 0 && !Money.IsInUse(currency))
            {
                Fail("/currency", "must be an ISO 4217 code in capitals");
            }

            CheckAddress(address);
            Text(customer, "/customer", "name");
            Text(customer, "/customer", "reference");
            Text(shipping, "/shipping", "method");
            var order = new NativeOrder
            {
                Store = Text(root, "", "store"),
                Email = Email(customer),
                Currency = currency,
                Lines = Lines(root),
                Shipping = Amount(shipping, "/shipping", "amount", currency) ?? 0,
                Discount = Amount(root, "", "discount", currency) ?? 0,
                Tax = Amount(root, "", "tax", currency) ?? 0,
                Method = Text(payment, "/payment", "method"),
                Token = PaymentToken(payment),
                Total = Money.Zero(currency),
            };
            order = order with { Total = Total(order, Amount(payment, "/payment", "amount", currency), payment is null ? "/payment" : "/payment/token") };
            return _unknown is { } pointer ? (null, Problem.UnknownProperty(pointer))
                : _errors.Count > 0 ? (null, Problem.Invalid(_errors))
                : (order, null);
        }

        private Money Total(NativeOrder order, decimal? stated, string tokenPointer)
        {
            if (_errors.Count > 0 || _unknown is not null)
            {
                return order.Total;
            }

            // Each line is rounded by itself, as an invoice does.
            var factor = (decimal)Math.Pow(10, Money.Exponent(order.Currency));
            var sum = order.Lines.Sum(line => Math.Round(line.UnitPrice * line.Quantity * factor, MidpointRounding.AwayFromZero) / factor) + order.Shipping + order.Tax - order.Discount;
            if (sum < 0)
            {
                Fail("/discount", "is larger than the order");
            }

            if (!Money.TryFromDecimal(sum, order.Currency, out var total))
            {
                Fail("/lines", "add up to an amount that is too large");
            }
            else if (stated is not null && stated != sum)
            {
                Fail("/payment/amount", $"differs from what the order adds up to, {total.ToWire()}");
            }

            if (wantsToken && total.Minor > 0 && order.Token is null && !PaymentMethods.PaysLater(order.Method))
            {
                Fail(tokenPointer, "is missing: the order is to be paid");
            }

            return total;
        }

        private List<NativeLine> Lines(JsonElement root)
        {
            if (!root.TryGetProperty("lines", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaximumLines)
            {
                Fail("/lines", $"must be a list of 1 to {MaximumLines} lines");
                return [];
            }

            var lines = new List<NativeLine>();
            foreach (var (index, line) in list.EnumerateArray().Index())
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"/lines/{index}");
                if (line.ValueKind != JsonValueKind.Object)
                {
                    Fail(at, "must be an object");
                    continue;
                }

                Knows(line, at, "sku", "name", "quantity", "unitPrice");
                lines.Add(new NativeLine(
                    Text(line, at, "sku", required: true, mayBeNumber: true) ?? "",
                    Text(line, at, "name"),
                    Quantity(line, at),
                    Decimal(line, at, "unitPrice", decimals: 4, required: true) ?? 0));
            }

            return lines;
        }

        private decimal Quantity(JsonElement line, string at)
        {
            if (line.TryGetProperty("quantity", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var quantity)
                && quantity is > 0 and <= LargestQuantity && decimal.Round(quantity, 4) == quantity)
            {
                return quantity;
            }

            Fail(at + "/quantity", $"must be a number above 0 and at most {LargestQuantity}, with at most 4 decimals");
            return 0;
        }

        private decimal? Amount(JsonElement? parent, string at, string name, string currency) =>
            Decimal(parent, at, name, Money.IsCurrency(currency) ? Money.Exponent(currency) : 4, required: false);

        private decimal? Decimal(JsonElement? parent, string at, string name, int decimals, bool required)
        {
            if (parent is not { } holder || !holder.TryGetProperty(name, out var value))
            {
                if (required)
                {
                    Fail($"{at}/{name}", "is missing");
                }

                return null;
            }

            if (value.ValueKind == JsonValueKind.String
                && decimal.TryParse(value.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                && amount <= LargestAmount && decimal.Round(amount, decimals) == amount)
            {
                return amount;
            }

            Fail($"{at}/{name}", $"must be an amount as a string, such as \"12.50\", not negative, with at most {decimals} decimals");
            return null;
        }

        private string Email(JsonElement? customer)
        {
            var email = Text(customer, "/customer", "email", required: customer is not null) ?? "";
            if (email.Length > 0 && (email.Length > 254 || email.IndexOf('@', StringComparison.Ordinal) is < 1 || email.EndsWith('@') || email.Any(char.IsWhiteSpace)))
            {
                Fail("/customer/email", "must be an e-mail address");
            }

            return email;
        }

        private void CheckAddress(JsonElement? address)
        {
            foreach (var name in (ReadOnlySpan<string>)["name", "company", "city", "region", "country"])
            {
                Text(address, "/shipping/address", name);
            }

            Text(address, "/shipping/address", "postalCode", mayBeNumber: true);
            Text(address, "/shipping/address", "phone", mayBeNumber: true);
            if (address is not { } known || !known.TryGetProperty("lines", out var lines))
            {
                return;
            }

            if (lines.ValueKind != JsonValueKind.Array || lines.GetArrayLength() > 5 || lines.EnumerateArray().Any(line => line.ValueKind != JsonValueKind.String || line.GetString()!.Length > LongestText))
            {
                Fail("/shipping/address/lines", "must be a list of at most 5 texts");
            }
            else if (lines.EnumerateArray().Any(line => CardNumbers.IsIn(line.GetString()!)))
            {
                Fail("/shipping/address/lines", "must not hold a card number");
            }
        }

        private string? Text(JsonElement? parent, string at, string name, bool required = false, bool mayBeNumber = false)
        {
            if (parent is not { } holder || !holder.TryGetProperty(name, out var value))
            {
                if (required)
                {
                    Fail($"{at}/{name}", "is missing");
                }

                return null;
            }

            if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text || text.Length > LongestText || string.IsNullOrWhiteSpace(text))
            {
                Fail($"{at}/{name}", $"must be a text of 1 to {LongestText} characters");
                return null;
            }

            // SKUs and phone numbers may be long numbers; anywhere else one that checks out is a card.
            if (!mayBeNumber && CardNumbers.IsIn(text))
            {
                Fail($"{at}/{name}", "must not hold a card number; pay with the gateway's token");
            }

            return text;
        }

        /// <summary>Gateways give letters, digits and signs; what cannot have come from one would be refused only after the order was taken.</summary>
        private string? PaymentToken(JsonElement? payment)
        {
            var token = Text(payment, "/payment", "token");
            if (token?.All(static letter => letter is > ' ' and <= '~') is false)
            {
                Fail("/payment/token", "must be visible ASCII characters, as the gateway gave it");
            }

            return token;
        }

        private JsonElement? Object(JsonElement? parent, string at, string name, bool required, params ReadOnlySpan<string> known)
        {
            if (parent is not { } holder || !holder.TryGetProperty(name, out var value))
            {
                if (required)
                {
                    Fail($"{at}/{name}", "is missing");
                }

                return null;
            }

            if (value.ValueKind != JsonValueKind.Object)
            {
                Fail($"{at}/{name}", "must be an object");
                return null;
            }

            Knows(value, $"{at}/{name}", known);
            return value;
        }

        private void Knows(JsonElement element, string at, params ReadOnlySpan<string> known)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (!known.Contains(member.Name))
                {
                    _unknown ??= $"{at}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
                }
            }
        }

        private void Fail(string pointer, string message) => _errors.Add(new FieldError(pointer, message));
    }
}

/// <param name="UnitPrice">Up to four decimals; with tax, unless the order states tax by itself.</param>
internal sealed record NativeLine(string Sku, string? Name, decimal Quantity, decimal UnitPrice);
