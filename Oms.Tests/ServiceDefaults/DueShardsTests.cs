using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Store;

namespace Oms.Tests.ServiceDefaults;

public sealed class DueShardsTests
{
    [Theory]
    [InlineData(null, DueIndex.Shards)]
    [InlineData("", DueIndex.Shards)]
    [InlineData("1", 1)]
    [InlineData("100", 100)]
    public void The_environment_may_say_how_many_partitions_there_are(string? text, int expected) => Assert.Equal(expected, Settings(text).DueShards);

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-3")]
    [InlineData("many")]
    public void What_is_no_such_number_is_refused_by_name(string text) =>
        Assert.Contains("OMS_DUE_SHARDS", Assert.Throws<InvalidOperationException>(() => Settings(text).DueShards).Message, StringComparison.Ordinal);

    [Fact]
    public void A_head_stands_in_one_of_the_partitions_that_the_clock_asks()
    {
        for (var shards = 1; shards <= 100; shards += 33)
        {
            Assert.All(Enumerable.Range(0, 200), order => Assert.InRange(int.Parse(DueIndex.ShardOf($"ord_{order}", shards), System.Globalization.CultureInfo.InvariantCulture), 0, shards - 1));
        }
    }

    private static FunctionSettings Settings(string? shards) => new(shards is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["OMS_DUE_SHARDS"] = shards });
}
