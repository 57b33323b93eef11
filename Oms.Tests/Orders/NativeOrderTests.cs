using System.Text;
using System.Text.Json.Nodes;
using Oms.Orders;
using Oms.ServiceDefaults.Http;

namespace Oms.Tests.Orders;

public sealed class NativeOrderTests
{
    [Fact]
    public void The_sample_is_taken_and_adds_up()
    {
        var (order, refusal) = NativeOrder.Read(Samples.Read("native-order"));

        Assert.Null(refusal);
        Assert.Equal(("48.95 EUR", "sim_approve", 2), (order!.Total.ToString(), order.Token, order.Lines.Count));
    }

    [Theory]
    [InlineData("/status", "\"Confirmed\"")]
    [InlineData("/total", "\"1.00\"")]
    [InlineData("/tenant", "\"other\"")]
    [InlineData("/payment/cvv", "\"123\"")]
    [InlineData("/lines/0/price", "\"1.00\"")]
    [InlineData("/shipping/address/a~1b", "\"x\"")]
    public void An_unknown_property_is_400_and_named(string pointer, string value)
    {
        var refusal = Refusal(pointer, value);

        Assert.Equal((400, "unknown-property", pointer), (refusal.Status, refusal.Code, refusal.Errors![0].Pointer));
    }

    [Theory]
    [InlineData("/lines/0/quantity", "0")]
    [InlineData("/lines/0/quantity", "-1")]
    [InlineData("/lines/0/quantity", "1e9")]
    [InlineData("/lines/0/quantity", "1.00001")]
    [InlineData("/lines/0/quantity", "\"NaN\"")]
    [InlineData("/lines/0/unitPrice", "17.00")]
    [InlineData("/lines/0/unitPrice", "\"-1.00\"")]
    [InlineData("/lines/0/unitPrice", "\"1.00001\"")]
    [InlineData("/lines/0/unitPrice", "\"1e5\"")]
    [InlineData("/lines/0/sku", "\" \"")]
    [InlineData("/lines", "[]")]
    [InlineData("/currency", "\"eur\"")]
    [InlineData("/currency", "null")]
    [InlineData("/shipping/amount", "\"4.955\"")]
    [InlineData("/discount", "\"1000.00\"")]
    [InlineData("/payment/amount", "\"48.94\"")]
    [InlineData("/payment/token", "\"4111111111111111\"")]
    [InlineData("/payment/token", "null")]
    [InlineData("/payment/token", "\"sim_approve\\u0000\"")]
    [InlineData("/payment/token", "\"sim approve\"")]
    [InlineData("/customer/name", "\"Ada 4111 1111 1111 1111\"")]
    [InlineData("/customer/email", "\"nobody\"")]
    [InlineData("/shipping/address/lines", "[\"5555555555554444\"]")]
    public void A_broken_rule_is_422_and_named_and_its_value_is_not_echoed(string pointer, string value)
    {
        var refusal = Refusal(pointer, value);

        Assert.Equal((422, "invalid-request"), (refusal.Status, refusal.Code));
        Assert.Contains(refusal.Errors!, error => error.Pointer == pointer);
        Assert.DoesNotContain("4111", refusal.Detail + string.Join(' ', refusal.Errors!.Select(error => error.Message)), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_hundred_lines_are_too_many()
    {
        var json = JsonNode.Parse(Samples.Read("native-order"))!;
        json["lines"] = new JsonArray([.. Enumerable.Range(0, 101).Select(i => JsonNode.Parse($$"""{"sku":"S{{i}}","quantity":1,"unitPrice":"1.00"}"""))]);

        Assert.Equal("/lines", NativeOrder.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).Refusal!.Errors![0].Pointer);
    }

    [Fact]
    public void A_missing_token_is_pointed_to_where_something_was_sent()
    {
        var json = JsonNode.Parse(Samples.Read("native-order"))!.AsObject();
        json["payment"]!.AsObject().Remove("token");
        Assert.Equal("/payment/token", Assert.Single(NativeOrder.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).Refusal!.Errors!).Pointer);
        json.Remove("payment");
        Assert.Equal("/payment", Assert.Single(NativeOrder.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).Refusal!.Errors!).Pointer);
    }

    [Fact]
    public void What_is_stored_has_no_token_and_can_be_read_again()
    {
        var stored = NativeOrder.WithoutToken(Samples.Read("native-order"));

        Assert.DoesNotContain("sim_approve", Encoding.UTF8.GetString(stored.Span), StringComparison.Ordinal);
        Assert.Equal("ada.lind@example.com", NativeOrder.ReadStored(stored).Email);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"currency\":\"EUR\",\"currency\":\"USD\"}")]
    [InlineData("{\"currency\":\"\\ud800\"}")]
    public void What_cannot_be_read_is_400(string body) => Assert.Equal(400, NativeOrder.Read(Encoding.UTF8.GetBytes(body)).Refusal!.Status);

    private static Problem Refusal(string pointer, string value)
    {
        var json = JsonNode.Parse(Samples.Read("native-order"))!;
        var parts = pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal)).ToList();
        var parent = parts.SkipLast(1).Aggregate(json, (node, part) => int.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var index) ? node[index]! : node[part]!);
        parent[parts[^1]] = JsonNode.Parse(value);
        var (order, refusal) = NativeOrder.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Null(order);
        return refusal!;
    }
}
