using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb.Expressions;

/// <summary>The expressions of one request, parsed (each text once), checked, and together using every placeholder.</summary>
internal sealed class RequestExpressions
{
    /// <summary>Texts in use are few; whoever makes them up anew for each request must not fill the memory.</summary>
    private const int MostParsed = 4096;

    /// <summary>Bytes of one expression: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters</summary>
    private const int MaxSize = 4096;

    private const string TooLong = "Expression size has exceeded the maximum allowed size;";

    private static readonly ConcurrentDictionary<string, ConditionExpression> Conditions = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, UpdateExpression> Updates = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, ProjectionExpression> Projections = new(StringComparer.Ordinal);

    private readonly Placeholders _placeholders;

    /// <exception cref="DynamoDbException">An expression or a placeholder is refused.</exception>
    public RequestExpressions(RequestBody request)
    {
        var names = request.Element("ExpressionAttributeNames");
        var values = request.Element("ExpressionAttributeValues");
        var update = request.Text("UpdateExpression");
        var condition = request.Text("ConditionExpression");
        var keyCondition = request.Text("KeyConditionExpression");
        var filter = request.Text("FilterExpression");
        var projection = request.Text("ProjectionExpression");
        RequireUse(request, names, values, update ?? condition ?? keyCondition ?? filter, projection);
        _placeholders = new(names, values);
        if (update is not null) Update = Updated(update);
        if (condition is not null) Condition = Checked("ConditionExpression", condition);
        if (keyCondition is not null) KeyCondition = Checked("KeyConditionExpression", keyCondition);
        if (filter is not null) Filter = Checked("FilterExpression", filter);
        if (projection is not null) Projection = Projected(projection);
        _placeholders.RequireAllUsed();
    }

    public Update? Update { get; }

    public Condition? Condition { get; }

    public Condition? KeyCondition { get; }

    public Condition? Filter { get; }

    public Projection? Projection { get; }

    private static void RequireUse(RequestBody request, JsonElement? names, JsonElement? values, string? withValues, string? projection)
    {
        if (names is not null && withValues is null && projection is null) throw DynamoDbException.Validation("ExpressionAttributeNames can only be specified when using expressions");
        if (values is null || withValues is not null) return;
        string[] possible = [.. ((string[])["UpdateExpression", "ConditionExpression", "FilterExpression", "KeyConditionExpression"]).Where(request.Allows)];
        throw DynamoDbException.Validation($"ExpressionAttributeValues can only be specified when using expressions: {string.Join(" and ", possible)} {(possible.Length > 1 ? "are" : "is")} null");
    }

    private Condition Checked(string parameter, string text) => Refusing(parameter, () =>
    {
        if (SizeBeyond(text) is { } size) throw new ExpressionException($"{TooLong} expression size: {size}");
        var parsed = Cached(Conditions, text, ExpressionParser.Condition);
        new ConditionCheck(_placeholders).Require(parsed);
        return new Condition(parsed.Root, _placeholders);
    });

    private Update Updated(string text) => Refusing("UpdateExpression", () =>
    {
        if (SizeBeyond(text) is not null) throw new ExpressionException(TooLong);
        var parsed = Cached(Updates, text, ExpressionParser.Update);
        new UpdateCheck(_placeholders).Require(parsed);
        return new Update(parsed.Actions, _placeholders);
    });

    private Projection Projected(string text) => Refusing("ProjectionExpression", () =>
    {
        if (SizeBeyond(text) is not null) throw new ExpressionException(TooLong);
        var parsed = Cached(Projections, text, ExpressionParser.Projection);
        foreach (var path in parsed.Paths) ConditionCheck.RequireNotReserved(path);
        foreach (var path in parsed.Paths) _ = _placeholders.Text(path);
        PathCheck.Require(parsed.Paths, _placeholders);
        return new Projection(parsed.Paths, _placeholders);
    });

    /// <summary>The size, where it is more than an expression may have.</summary>
    private static int? SizeBeyond(string text) => Encoding.UTF8.GetByteCount(text) is var size and > MaxSize ? size : null;

    private static T Cached<T>(ConcurrentDictionary<string, T> cache, string text, Func<string, T> parse)
    {
        if (cache.TryGetValue(text, out var known)) return known;
        var parsed = parse(text);
        if (cache.Count < MostParsed) cache[text] = parsed;
        return parsed;
    }

    private static T Refusing<T>(string parameter, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ExpressionException refused)
        {
            throw DynamoDbException.Validation($"Invalid {parameter}: {refused.Message}");
        }
    }
}
