using Oms.ServiceDefaults.Http;

namespace Oms.Tests.ServiceDefaults;

public sealed class CallerTests
{
    [Theory]
    [InlineData("client_id=shop azp=other sub=third", "shop")]
    [InlineData("azp=shop sub=other", "shop")]
    [InlineData("sub=shop", "shop")]
    [InlineData("iss=somebody", "")]
    public void The_tenant_is_the_tokens_client(string claims, string tenant) => Assert.Equal(tenant, Of(claims).Tenant);

    [Theory]
    [InlineData("default", new[] { "default" })]
    [InlineData("default second", new[] { "default", "second" })]
    [InlineData("[default second]", new[] { "default", "second" })]
    [InlineData("[default, second]", new[] { "default", "second" })]
    [InlineData("[]", new string[0])]
    [InlineData("", new string[0])]
    public void Stores_are_those_that_the_token_names_as_text_or_as_the_gateway_writes_lists(string claim, string[] stores) =>
        Assert.Equal(stores, Caller.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["sub"] = "shop", ["store"] = claim }).Stores);

    [Fact]
    public void Only_a_named_store_may_be_used_and_no_prefix_or_other_case_of_it()
    {
        var caller = Caller.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["sub"] = "shop", ["store"] = "default" });
        Assert.True(caller.MayUse("default"));
        Assert.All(["Default", "def", "default2", ""], store => Assert.False(caller.MayUse(store)));
    }

    [Fact]
    public void Without_a_token_the_caller_is_nobody_and_may_use_nothing()
    {
        Assert.Equal(Caller.Anonymous, Caller.Of(null));
        Assert.False(Caller.Anonymous.MayUse(""));
    }

    private static Caller Of(string claims) => Caller.Of(claims.Split(' ').Select(static claim => claim.Split('=')).ToDictionary(static claim => claim[0], static claim => claim[1], StringComparer.Ordinal));
}
