using System.Text;
using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.Orders;
using Oms.Orders.Magento;

namespace Oms.Tests.Orders;

public sealed class MagentoRulesTests
{
    [Theory]
    [InlineData("new", "banktransfer", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("new", "checkmo", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("new", "banktransfer", 0, 16.95, OrderState.Confirmed)]
    [InlineData("new", "cashondelivery", 0, 0, OrderState.Confirmed)]
    [InlineData("new", "msp_cashondelivery", 0, 0, OrderState.Confirmed)]
    [InlineData("processing", "purchaseorder", 0, 0, OrderState.Confirmed)]
    [InlineData("new", "adyen_cc", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("new", "adyen_cc", 16.95, 0, OrderState.Confirmed)]
    [InlineData("processing", "adyen_cc", 16.95, 0, OrderState.Confirmed)]
    [InlineData("processing", "adyen_cc", 0, 16.95, OrderState.Confirmed)]
    [InlineData("processing", "adyen_cc", 16.94, 0, OrderState.Review)]
    [InlineData("processing", "adyen_cc", 0, 0, OrderState.Review)]
    [InlineData("processing", "banktransfer", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("pending_payment", "adyen_cc", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("pending_payment", "cashondelivery", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("payment_review", "adyen_cc", 16.95, 0, OrderState.Review)]
    [InlineData("holded", "adyen_cc", 16.95, 0, OrderState.Confirmed)]
    [InlineData("holded", "adyen_cc", 0, 0, OrderState.AwaitingPayment)]
    [InlineData("canceled", "adyen_cc", 16.95, 0, OrderState.Cancelled)]
    [InlineData("complete", "adyen_cc", 16.95, 16.95, OrderState.Completed)]
    [InlineData("closed", "adyen_cc", 16.95, 16.95, OrderState.Closed)]
    [InlineData("received_by_moon", "adyen_cc", 16.95, 0, OrderState.Review)]
    public void State_and_method_say_where_an_order_stands_once_its_stock_is_held(string state, string method, double authorised, double paid, OrderState expected)
    {
        var order = Samples.Placed(Notebook(order =>
        {
            order["state"] = state;
            order["payment"]!["method"] = method;
            order["payment"]!["amount_authorized"] = authorised;
            order["total_paid"] = paid;
        }));

        Assert.Equal(expected, (order.IsFinal ? order : order.Held()).State);
    }

    [Fact]
    public void An_order_without_a_state_comes_before_a_person() => Assert.Equal(
        [Reason.StateUnknown],
        Samples.Placed(Samples.Magento("""{"increment_id":17,"grand_total":"10.0000","order_currency_code":"eur","items":[{"sku":"A","qty_ordered":"2.0000"}]}"""u8.ToArray())).Reasons);

    [Fact]
    public void A_gateway_that_writes_only_base_amounts_has_authorised_too()
    {
        var order = Samples.Placed(Notebook(order =>
        {
            order["order_currency_code"] = "SAR";
            order["payment"]!["amount_authorized"] = null;
            order["payment"]!["base_amount_authorized"] = 16.95;
        }));

        Assert.Equal(OrderState.Confirmed, order.Held().State);
    }

    [Theory]
    [InlineData("grand_total", "17.95", true)] // differs from amount_ordered: not a fee
    [InlineData("subtotal", "10.00", false)] // a fee of 2.00: that the rows say 12.00 proves nothing
    [InlineData("subtotal", "3.00", true)] // more than half would be a fee
    [InlineData("shipping_amount", "9.95", true)] // more than the total
    [InlineData("subtotal", "12.004", false)] // rounding
    [InlineData("base_grand_total", "99.00", false)] // the base currency is never compared
    [InlineData("subtotal", null, false)] // nothing to add up
    public void Totals_are_doubted_only_where_no_way_of_adding_up_leads_there(string field, string? value, bool isDoubted)
    {
        var order = Samples.Placed(Notebook(order =>
        {
            order[field] = value;
            order["payment"]!["amount_authorized"] = 100;
        }));

        Assert.Equal(isDoubted, order.Reasons.Contains(Reason.TotalsDisagree));
    }

    [Theory]
    [InlineData("cash_on_delivery_fee", 3.0, 19.95)]
    [InlineData("mp_reward_discount", -5.0, 11.95)]
    public void An_amount_in_another_modules_field_explains_the_difference(string field, double amount, double grandTotal)
    {
        var order = Samples.Placed(Notebook(order =>
        {
            order["extension_attributes"]![field] = amount;
            order["grand_total"] = grandTotal;
        }));

        Assert.DoesNotContain(Reason.TotalsDisagree, order.Reasons);
    }

    [Fact]
    public void A_total_that_still_holds_its_tenders_is_collected_without_them()
    {
        var order = Samples.Placed(Notebook(order => order["extension_attributes"]!["gift_cards_amount"] = 10));

        Assert.Equal((OrderState.Received, "6.95 EUR"), (order.State, order.ToCollect.ToString()));
    }

    [Theory]
    [InlineData("card 4111 1111 1111 1111, thanks", "card [card number removed], thanks")]
    [InlineData("4111-1111-1111-1111 12/26", "[card number removed] 12/26")]
    [InlineData("378282246310005", "[card number removed]")]
    [InlineData("5555555555554444 and 4012888888881881", "[card number removed] and [card number removed]")]
    [InlineData("4111 1111 1111 1112", "4111 1111 1111 1112")] // check digit
    [InlineData("IMEI 356938035643809", "IMEI 356938035643809")] // checks out, but no brand has its prefix and length
    [InlineData("ABC4111111111111111", "ABC4111111111111111")] // part of an id
    [InlineData("call 0031 30 000 0000", "call 0031 30 000 0000")]
    public void Card_numbers_are_taken_out_of_text(string text, string expected) => Assert.Equal(expected, CardNumbers.Redact(text));

    /// <summary>As exported coordinates and measurements look, and looked through once.</summary>
    [Theory]
    [InlineData("1 ")]
    [InlineData("4111 1111 1111 1111, ")]
    public async Task A_long_row_of_digits_takes_no_longer_than_its_length(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 256 * 1024 / piece.Length));

        var redacted = await Task.Run(() => CardNumbers.Redact(text), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(piece.Length > 2, redacted != text);
    }

    [Fact]
    public void Card_numbers_are_taken_out_of_free_text_only()
    {
        var body = Encoding.UTF8.GetBytes("""{"sku":"4111111111111111","telephone":"4111111111111111","last_trans_id":"4111111111111111","items":[{"additional_data":"4111111111111111","price":1.50}],"customer_note":"4111111111111111"}""");

        var redacted = JsonNode.Parse(CardNumbers.Redact(body, out var found).Span)!;

        Assert.True(found);
        Assert.Equal("4111111111111111 4111111111111111 4111111111111111", $"{redacted["sku"]} {redacted["telephone"]} {redacted["last_trans_id"]}");
        Assert.Equal("[card number removed] [card number removed] 1.50", $"{redacted["items"]![0]!["additional_data"]} {redacted["customer_note"]} {redacted["items"]![0]!["price"]!.ToJsonString()}");
    }

    [Fact]
    public void A_body_without_card_numbers_stays_the_very_same_bytes()
    {
        var body = Samples.Read("magento-order");

        Assert.True(CardNumbers.Redact(body, out var found).Span.SequenceEqual(body));
        Assert.False(found);
    }

    [Fact]
    public void The_same_placement_hashes_alike_in_rest_and_event_form_and_after_progress()
    {
        var hash = PlacementHash.Of(Notebook(_ => { }));

        Assert.Equal(hash, PlacementHash.Of(Notebook(order =>
        {
            order["grand_total"] = "16.9500";
            order["items"]![0]!["price"] = 6.000000000001;
            order["items"]![0]!["qty_shipped"] = 1;
            order["state"] = "complete";
            order["updated_at"] = "2026-03-20 10:00:00";
            order["status_histories"] = new JsonArray();
        })));
        Assert.NotEqual(hash, PlacementHash.Of(Notebook(order => order["items"]![0]!["qty_ordered"] = 3)));
        Assert.NotEqual(hash, PlacementHash.Of(Notebook(order => order["billing_address"]!["city"] = "Delft")));
    }

    [Fact]
    public void A_twin_has_the_same_quote_address_and_SKUs_and_is_not_linked_by_Magento()
    {
        var first = PlacementHash.OfDuplicate(Notebook(_ => { }));

        Assert.NotNull(first);
        Assert.Equal(first, PlacementHash.OfDuplicate(Notebook(order => order["increment_id"] = "000000999")));
        Assert.NotEqual(first, PlacementHash.OfDuplicate(Notebook(order => order["extension_attributes"]!["shipping_assignments"]![0]!["shipping"]!["address"]!["city"] = "Delft")));
        Assert.Null(PlacementHash.OfDuplicate(Notebook(order => order["relation_parent_id"] = "12")));
        Assert.Equal(first, PlacementHash.OfDuplicate(Notebook(order => order["relation_parent_id"] = 0)));
        Assert.Null(PlacementHash.OfDuplicate(Notebook(order => order.AsObject().Remove("quote_id"))));
    }

    private static MagentoOrder Notebook(Action<JsonNode> change)
    {
        var order = JsonNode.Parse(Samples.Read("magento/held"))!;
        order["state"] = "processing";
        order.AsObject().Remove("hold_before_state");
        order["payment"]!.AsObject().Remove("base_amount_authorized");
        change(order);
        return Samples.Magento(Encoding.UTF8.GetBytes(order.ToJsonString()));
    }
}
