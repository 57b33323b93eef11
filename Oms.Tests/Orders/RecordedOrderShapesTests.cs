using System.Text.Json.Nodes;
using Oms.Contracts;
using Oms.Orders.Magento;
using Oms.ServiceDefaults.Http;

namespace Oms.Tests.Orders;

/// <summary>Shapes that orders of real shops have and that once were doubted or refused.</summary>
public sealed class RecordedOrderShapesTests
{
    [Fact]
    public void A_byte_order_mark_is_no_reason_to_fail()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Samples.Read("magento-order")];
        var kept = CardNumbers.Redact(body, out var found);
        Assert.False(found);
        Assert.Equal("000000123", Samples.Magento(kept.ToArray()).Number);
    }

    [Fact]
    public void A_discount_inside_another_modules_object_explains_the_total() =>
        Assert.Equal([], Reasons(order =>
        {
            order["grand_total"] = 45.95;
            order["payment"]!["amount_ordered"] = 45.95;
            order["extension_attributes"]!["lakum"] = new JsonObject { ["points"] = 100, ["money_equivalent"] = 3 };
        }));

    [Fact]
    public void A_fee_in_another_modules_list_explains_the_total() =>
        Assert.Equal([], Reasons(order =>
        {
            order["grand_total"] = 51.37;
            order["payment"]!["amount_ordered"] = 50;
            order["extension_attributes"]!["amasty_extrafee"] = new JsonArray(new JsonObject { ["id"] = 1, ["amount"] = 0 }, new JsonObject { ["id"] = 2, ["amount"] = "2.4200" });
        }));

    [Fact]
    public void Rows_and_taxes_that_Magento_repeats_in_its_own_lists_explain_nothing() =>
        Assert.NotEqual([], Reasons(order =>
        {
            order["grand_total"] = 51.37;
            order["payment"]!["amount_ordered"] = 50;
            order["extension_attributes"]!["applied_taxes"] = new JsonArray(new JsonObject { ["code"] = "VAT", ["amount"] = 2.42 });
        }));

    [Fact]
    public void Magento_1_calls_the_tax_of_a_discount_hidden() =>
        Assert.Equal([], Reasons(order =>
        {
            order["grand_total"] = 48.95 + 1.73;
            order["payment"]!["amount_ordered"] = 48.95;
            order.Remove("discount_tax_compensation_amount");
            order["hidden_tax_amount"] = "1.7300";
        }));

    [Fact]
    public void An_event_names_both_addresses_in_one_list_inside_its_own_envelope()
    {
        var order = JsonNode.Parse(Samples.Read("magento-order"))!.AsObject();
        var billing = order["billing_address"]!.DeepClone();
        var shipping = order["extension_attributes"]!["shipping_assignments"]![0]!["shipping"]!["address"]!.DeepClone();
        var rest = Samples.Magento(Bytes(order));
        order.Remove("billing_address");
        order.Remove("customer_email");
        order["extension_attributes"] = new JsonArray();
        order["addresses"] = new JsonArray(shipping, billing);

        var read = Samples.Magento(Bytes(new JsonObject { ["event"] = new JsonObject { ["data"] = new JsonObject { ["key"] = "7", ["value"] = order } } }));

        Assert.Equivalent(rest.Billing, read.Billing, strict: true);
        Assert.Equivalent(rest.Shipping, read.Shipping, strict: true);
        Assert.Equal(billing["email"]!.GetValue<string>(), read.Email);
    }

    [Fact]
    public void A_surcharge_and_its_tax_in_two_fields_explain_the_total() =>
        Assert.Equal([], Reasons(order =>
        {
            order["grand_total"] = 51.37;
            order["payment"]!["amount_ordered"] = 50;
            order["payment_surcharge_amount"] = 2;
            order["payment_surcharge_tax_amount"] = 0.42;
        }));

    [Fact]
    public void A_total_rounded_to_a_whole_unit_is_not_doubted() =>
        Assert.Equal([], Reasons(order =>
        {
            order["order_currency_code"] = "CZK";
            order["grand_total"] = 49;
            order["shipping_amount"] = 5.4;
            order["payment"]!["amount_ordered"] = 49;
        }));

    [Fact]
    public void A_total_that_nothing_explains_is_still_doubted() =>
        Assert.NotEqual([], Reasons(static order => order["grand_total"] = 30.11));

    [Fact]
    public void What_was_cancelled_need_not_be_paid()
    {
        var order = Samples.Placed(Changed(order =>
        {
            order["total_canceled"] = 8.95;
            order["total_paid"] = 40;
            order["payment"]!.AsObject().Remove("amount_authorized");
            order["payment"]!.AsObject().Remove("base_amount_authorized");
        }));
        Assert.Equal(OrderState.Confirmed, order.Held().State);
    }

    [Fact]
    public void A_SKU_is_reserved_under_exactly_its_own_name() =>
        Assert.Contains("MUG ", StockRows.ToReserve(Changed(static order => order["items"]![0]!["sku"] = "MUG ")).Select(static line => line.Sku));

    [Fact]
    public void A_quantity_beyond_reason_comes_before_a_person() =>
        Assert.NotEqual([], Reasons(static order => order["items"]![0]!["qty_ordered"] = 999_999_999_999m));

    /// <summary>A bundle of two, shipped separately: Magento also counts 1 on the parent for each parcel, so that after two of them it seems to have gone whole.</summary>
    [Theory]
    [InlineData("qty_shipped", 1, 2, 0, "B 2")]
    [InlineData("qty_refunded", 1, 0, 1, "A 2, B 1")]
    [InlineData("qty_shipped", 1, 1, 1, "A 1, B 1")]
    [InlineData("qty_shipped", 1, 0, 0, "A 1, B 1")]
    [InlineData("qty_shipped", 2, 1, 1, "A 1, B 1")]
    [InlineData("qty_shipped", 2, 0, 1, "A 2, B 1")]
    [InlineData("qty_refunded", 2, 1, 1, "A 1, B 1")]
    [InlineData("qty_shipped", 2, 2, 2, "")]
    public void A_part_of_a_bundle_that_went_by_itself_leaves_the_rest_reserved(string counter, int ofParent, int ofA, int ofB, string reserved) =>
        Assert.Equal(reserved, Bundle(counter, ofParent, ofA, ofB));

    [Fact]
    public void The_parts_of_a_bundle_go_with_it_where_Magento_counts_the_parent_alone() =>
        Assert.Equal("", Bundle("qty_shipped", ofParent: 2, ofA: 0, ofB: 0));

    [Theory]
    [InlineData("""{"increment_id": "000000123", "order_id": 15, "order": ORDER}""")]
    [InlineData("""{"code": 200, "result": {"items": [ORDER], "search_criteria": {"filter_groups": []}, "total_count": 61}}""")]
    [InlineData("""{"create_invoice": true, "create_shipment": false, "order": ORDER}""")]
    public void Another_modules_answer_around_the_order_is_no_reason_to_refuse_it(string envelope) =>
        Assert.Equal("000000123", Samples.Magento(Wrapped(envelope)).Number);

    [Fact]
    public void Several_orders_in_one_post_are_refused_for_that()
    {
        var unreadable = Assert.IsType<MagentoReading.Unreadable>(MagentoReader.Read(Wrapped("""{"items": [ORDER, ORDER], "total_count": 2}""")));
        Assert.Equal(new FieldError("/items", "must be one order; post each of several by itself"), Assert.Single(unreadable.Errors));
    }

    /// <summary>The first event of an order has numbers, no counters and the parent only in parent_item; the next has texts and everything.</summary>
    [Fact]
    public void An_order_that_later_posts_write_in_full_is_the_same_placement()
    {
        var first = Changed(static order => order["items"] = new JsonArray(
            new JsonObject { ["item_id"] = "3", ["sku"] = "TOP-XS", ["qty_ordered"] = 1, ["price"] = 58, ["row_total"] = 58, ["product_type"] = "configurable" },
            new JsonObject { ["item_id"] = "4", ["sku"] = "TOP-XS", ["qty_ordered"] = 1, ["parent_item_id"] = "3", ["parent_item"] = new JsonObject { ["item_id"] = "3" } }));
        var later = Changed(static order =>
        {
            order["grand_total"] = order["grand_total"]!.ToJsonString() + "00";
            order["items"] = new JsonArray(
                new JsonObject { ["item_id"] = "3", ["sku"] = "TOP-XS", ["qty_ordered"] = "1.0000", ["qty_shipped"] = 1, ["price"] = "58.0000", ["row_total"] = "58.0000", ["discount_amount"] = "0.0000", ["parent_item_id"] = null, ["product_type"] = "configurable" },
                new JsonObject { ["item_id"] = "4", ["sku"] = "TOP-XS", ["qty_ordered"] = "1.0000", ["price"] = "0.0000", ["row_total"] = "0.0000", ["parent_item_id"] = "3" });
        });
        Assert.Equal(PlacementHash.Of(first), PlacementHash.Of(later));
    }

    [Theory]
    [InlineData("phoenix_bankpayment")]
    [InlineData("unzer_prepayment")]
    [InlineData("payone_advance_payment")]
    public void A_transfer_by_another_name_has_as_many_days(string method)
    {
        var waiting = Samples.Placed(Changed(order =>
        {
            order["state"] = "new";
            var payment = order["payment"]!.AsObject();
            payment["method"] = method;
            payment.Remove("amount_authorized");
            payment.Remove("base_amount_authorized");
        })).Held();
        Assert.Equal((OrderState.AwaitingPayment, waiting.UpdatedAt + TimeSpan.FromDays(7)), (waiting.State, waiting.Deadline));
    }

    private static string Bundle(string counter, int ofParent, int ofA, int ofB) => string.Join(", ", StockRows.ToReserve(Changed(order => order["items"] = new JsonArray(
        new JsonObject { ["item_id"] = 1, ["sku"] = "BUNDLE", ["qty_ordered"] = 2, ["product_type"] = "bundle", [counter] = ofParent },
        new JsonObject { ["item_id"] = 2, ["sku"] = "A", ["qty_ordered"] = 2, ["product_type"] = "simple", ["parent_item_id"] = 1, [counter] = ofA },
        new JsonObject { ["item_id"] = 3, ["sku"] = "B", ["qty_ordered"] = 2, ["product_type"] = "simple", ["parent_item_id"] = 1, [counter] = ofB }))).Select(static line => $"{line.Sku} {line.Quantity:0}"));

    private static byte[] Wrapped(string envelope) => System.Text.Encoding.UTF8.GetBytes(envelope.Replace("ORDER", System.Text.Encoding.UTF8.GetString(Samples.Read("magento-order")), StringComparison.Ordinal));

    private static IReadOnlyList<string> Reasons(Action<JsonObject> change) => [.. Samples.Placed(Changed(change)).Reasons];

    private static MagentoOrder Changed(Action<JsonObject> change)
    {
        var order = JsonNode.Parse(Samples.Read("magento-order"))!.AsObject();
        order["extension_attributes"] ??= new JsonObject();
        change(order);
        return Samples.Magento(Bytes(order));
    }

    private static byte[] Bytes(JsonObject order) => System.Text.Encoding.UTF8.GetBytes(order.ToJsonString());
}
