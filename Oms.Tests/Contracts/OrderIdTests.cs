using CsCheck;
using Oms.Contracts;

namespace Oms.Tests.Contracts;

public sealed class OrderIdTests
{
    [Fact]
    public void The_id_is_fixed_for_ever() => Assert.Equal("ord_w16h0r8tq10txn2hgqh4g94tw6", OrderId.OfMagento("local", "default", "000000013"));

    [Fact]
    public void Every_id_is_well_formed_and_says_which_order_it_is() => Gen.Select(Gen.String, Gen.String, Gen.String).Sample((tenant, store, number) =>
        OrderId.IsWellFormed(OrderId.OfMagento(tenant, store, number))
        && OrderId.OfMagento(tenant, store, number) == OrderId.OfMagento(tenant, store, number)
        && OrderId.OfMagento(tenant, store, number) != OrderId.OfMagento(tenant, store + "x", number)
        && OrderId.OfMagento(tenant, store, number) != OrderId.OfNative(tenant, store + number));

    [Fact]
    public void Parts_do_not_run_into_each_other() => Assert.NotEqual(OrderId.OfMagento("a", "bc", "1"), OrderId.OfMagento("ab", "c", "1"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ord_")]
    [InlineData("ord_9wxbbg7gxqhkr05dvcr7sgh3f")]
    [InlineData("ord_9wxbbg7gxqhkr05dvcr7sgh3fU")]
    [InlineData("ord_9wxbbg7gxqhkr05dvcr7sgh3f/")]
    [InlineData("ORD_9wxbbg7gxqhkr05dvcr7sgh3fp")]
    public void What_is_not_an_id_is_seen(string? id) => Assert.False(OrderId.IsWellFormed(id));
}
