using Oms.LocalAws.Gateway;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.Gateway;

public sealed class RouteTableTests
{
    /// <summary>The example of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html.</summary>
    private static readonly string[] FromTheDocuments = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"];

    [Theory]
    [InlineData("GET", "/pets/dog/1", "GET /pets/dog/1")]
    [InlineData("GET", "/pets/dog/2", "GET /pets/dog/{id}")]
    [InlineData("GET", "/pets/cat/1", "GET /pets/{proxy+}")]
    [InlineData("POST", "/test/5", "ANY /{proxy+}")]
    public void The_most_specific_route_wins(string method, string path, string route) => Assert.Equal(route, Find(FromTheDocuments, method, path)?.Route.RouteKey);

    [Theory]
    [InlineData("GET", "/a/b", "GET /a/b")]
    [InlineData("POST", "/a/b", "ANY /a/b")]
    [InlineData("GET", "/a/c", "GET /a/{x}")]
    [InlineData("GET", "/z/b", "GET /{y}/b")]
    [InlineData("POST", "/a/c", "$default")]
    [InlineData("GET", "/a/b/", "$default")]
    [InlineData("GET", "/a/", "$default")]
    [InlineData("GET", "/A/b/c", "$default")]
    [InlineData("GET", "/", "$default")]
    public void Method_literals_and_parameters_decide_in_that_order(string method, string path, string route) =>
        Assert.Equal(route, Find(["$default", "GET /{y}/b", "GET /a/{x}", "ANY /a/b", "GET /a/b"], method, path)?.Route.RouteKey);

    [Fact]
    public void The_longer_of_two_greedy_routes_wins() =>
        Assert.Equal("GET /pets/dog/{proxy+}", Find(["GET /pets/{proxy+}", "GET /pets/dog/{proxy+}"], "GET", "/pets/dog/collars/1")?.Route.RouteKey);

    [Fact]
    public void Parameters_are_captured_decoded()
    {
        var match = Find(["GET /stock/{sku}/{source}"], "GET", "/stock/A%2FB%20%C3%A9/main");
        Assert.Equal("A/B é", match!.PathParameters["sku"]);
        Assert.Equal("main", match.PathParameters["source"]);
    }

    [Fact]
    public void A_greedy_parameter_takes_the_rest() => Assert.Equal("a/b/c", Find(["ANY /x/{rest+}"], "PUT", "/x/a/b/c")!.PathParameters["rest"]);

    [Fact]
    public void Without_a_default_route_nothing_matches() => Assert.Null(Find(["GET /a"], "GET", "/b"));

    private static RouteMatch? Find(IEnumerable<string> keys, string method, string path) =>
        new RouteTable(keys.Select(k => new LocalRoute(k, [], null, "f", TimeSpan.FromSeconds(1), true))).Find(method, RequestTarget.Parse(path).Segments);
}
