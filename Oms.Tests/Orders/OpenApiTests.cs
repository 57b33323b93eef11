using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Telemetry;
using OrdersProgram = Oms.Orders.Program;

namespace Oms.Tests.Orders;

public sealed partial class OpenApiTests
{
    private static readonly JsonNode Document = JsonNode.Parse(Read())!;

    [Fact]
    public async Task The_document_lists_exactly_the_routes_of_the_route_table()
    {
        var settings = new FunctionSettings(new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_SERVICE_NAME"] = "orders-api" });
        await using var services = new FunctionServices(settings, TimeProvider.System, new Random(1), httpHandler: null, FunctionTelemetry.Start(settings));
        var routes = OrdersProgram.Routes(services, null!).Routes.Select(route => $"{route.Method} {route.Pattern}").Concat(OrdersProgram.Elsewhere.Select(route => $"{route.Method} {route.Pattern}"));
        var documented = Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        Assert.Equal(routes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_path_parameter_is_declared_and_every_reference_leads_somewhere()
    {
        foreach (var (path, operations) in Document["paths"]!.AsObject())
        {
            foreach (var (_, operation) in operations!.AsObject())
            {
                var declared = operation!["parameters"]?.AsArray().Select(parameter => Resolve((string)parameter!["$ref"]!)).Where(parameter => (string)parameter["in"]! == "path").Select(parameter => (string)parameter["name"]!) ?? [];
                Assert.Equal(Placeholder().Matches(path).Select(match => match.Groups["name"].Value), declared);
            }
        }

        foreach (var reference in Reference().Matches(Read()).Select(match => match.Groups["name"].Value))
        {
            Assert.NotNull(Resolve(reference));
        }
    }

    /// <summary>The codes that the sources of Orders and ServiceDefaults can answer, against the codes in the document.</summary>
    [Fact]
    public void Every_problem_code_that_Orders_can_answer_is_documented()
    {
        var documented = Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .SelectMany(operation => operation.Value!["responses"]!.AsObject())
            .SelectMany(response => response.Value!["content"]?["application/problem+json"]?["schema"]?["allOf"]?[1]?["properties"]?["code"]?["enum"]?.AsArray().Select(code => (string)code!) ?? [])
            .ToHashSet(StringComparer.Ordinal);
        var answered = Samples.Sources("Oms.Orders", "Oms.ServiceDefaults/Http").SelectMany(source => ProblemCode().Matches(source)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        // What $default answers belongs to no route.
        Assert.Equal(answered.Except(["unknown-route", "method-not-allowed"], StringComparer.Ordinal).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static string Read()
    {
        using var stream = typeof(OrdersProgram).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static JsonNode Resolve(string reference) => reference.Split('/').Skip(1).Aggregate(Document, (node, part) => node[part] ?? throw new JsonException($"{reference} leads nowhere"));

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"\\$ref\": \"(?<name>#[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("(?:new Problem|new)\\(\\d{3}, \"(?<name>[a-z-]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProblemCode();
}
