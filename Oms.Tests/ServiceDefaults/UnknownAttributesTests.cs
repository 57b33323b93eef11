using System.Collections.Frozen;
using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;

namespace Oms.Tests.ServiceDefaults;

public sealed class UnknownAttributesTests
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal, ["pk", "sk", "state", "outbox"]);

    [Fact]
    public void What_this_code_does_not_know_goes_into_the_next_version_and_what_it_leaves_out_does_not_come_back()
    {
        var unknown = UnknownAttributes.In(Item(("pk", "1"), ("sk", "head"), ("state", "Held"), ("outbox", "stock.held.v1"), ("later", "x")), Known);
        var next = Item(("pk", "1"), ("sk", "head"), ("state", "Held"));
        unknown.AddTo(next);
        Assert.Equal(["later", "pk", "sk", "state"], next.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("x", next["later"].S);
    }

    [Fact]
    public void An_item_in_which_all_is_known_costs_nothing() => Assert.Same(UnknownAttributes.None, UnknownAttributes.In(Item(("pk", "1"), ("state", "Held")), Known));

    [Fact]
    public void A_name_that_this_code_writes_and_does_not_call_known_fails_at_once() =>
        Assert.Throws<ArgumentException>(() => UnknownAttributes.In(Item(("forgotten", "old")), Known).AddTo(Item(("forgotten", "new"))));

    [Theory]
    [InlineData("Tuesday", true)]
    [InlineData("Someday", false)]
    [InlineData("tuesday", false)]
    [InlineData("9", false)]
    [InlineData("", false)]
    public void A_stored_name_is_one_that_this_code_has_or_newer_codes(string name, bool isKnown)
    {
        if (isKnown)
        {
            Assert.Equal(DayOfWeek.Tuesday, StoredName.Read<DayOfWeek>(name));
        }
        else
        {
            var refused = Assert.Throws<NewerCodeException>(() => StoredName.Read<DayOfWeek>(name));
            Assert.True(name.Length == 0 || !refused.Message.Contains(name, StringComparison.Ordinal), "what stands in an item is said in a text that is logged");
        }
    }

    private static Dictionary<string, AttributeValue> Item(params IEnumerable<(string Name, string Text)> attributes) =>
        attributes.ToDictionary(static attribute => attribute.Name, static attribute => new AttributeValue { S = attribute.Text }, StringComparer.Ordinal);
}
