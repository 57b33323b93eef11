using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Oms.LocalAws.Backends;
using Oms.Tests.Support;

namespace Oms.Tests.Fuzzing;

/// <summary>The inputs of a run: number and seed give the same one every time.</summary>
/// <param name="known">An order that the good token may read.</param>
internal sealed class InputGenerator(int seed, string known)
{
    public const string Good = "{good}";
    public const string ReadOnly = "{read-only}";
    public const string OtherStore = "{other-store}";
    public const string NoStore = "{no-store}";
    public const string OtherTenant = "{other-tenant}";
    public const string Expired = "{expired}";
    public const string Forged = "{forged}";

    private const int KnownNumbers = 50;

    private static readonly string[] Cards = ["4929131000000003", "5425230000004415", "4716 1089 9971 6531", "378282246310005"];

    private static readonly byte[][] Magento =
    [
        Encoding.UTF8.GetBytes(Sample.Read("magento-order.json")),
        .. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "samples", "magento"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
            .Where(static body => JsonNode.Parse(body)!.AsObject().ContainsKey("increment_id")), // the others stand in an envelope already
    ];

    private static readonly byte[] Native = Encoding.UTF8.GetBytes(Sample.Read("native-order.json"));

    private static readonly string[] Routes =
    [
        "/v1/orders", "/v1/orders/{id}", "/v1/orders/{id}/events", "/v1/magento/default/orders", "/v1/magento/default/orders/000000001", "/v1/payments/{id}", "/v1/stock/MUG", "/v1/stock/MUG/default", "/v1/health", "/v1/openapi.json", "/v1", "/",
    ];

    public HttpInput Make(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        return random.Next(100) switch
        {
            < 26 => BrokenBody(number, random),
            < 37 => ChangedNative(number, random),
            < 44 => ChangedMagento(number, random),
            < 46 => Secret(number, random),
            < 58 => Headers(number, random),
            < 72 => Token(number, random),
            < 90 => Target(random),
            < 99 => Stock(random),
            _ => Size(number, random),
        };
    }

    private HttpInput BrokenBody(int number, Random random)
    {
        var input = random.Next(2) == 0 ? PostNative(number) : PostMagento(number, random);
        return input with { Body = BodyMutation.Broken(input.Body, random), Expected = [400] };
    }

    private HttpInput ChangedNative(int number, Random random)
    {
        var input = PostNative(number);
        if (random.Next(4) == 0)
        {
            return input with { Body = BodyMutation.UnknownMember(input.Body, random), Expected = [400] };
        }

        return input with { Body = BodyMutation.Values(input.Body, random), Expected = [202, 400, 422] };
    }

    private HttpInput ChangedMagento(int number, Random random)
    {
        var input = PostMagento(number, random);
        if (random.Next(3) == 0)
        {
            input = input with { Body = BodyMutation.Envelope(input.Body, random) };
            return input with { Expected = [202] };
        }

        return input with { Body = BodyMutation.Values(input.Body, random), Expected = [202, 400, 422] };
    }

    /// <summary>Card numbers and verification values: refused on the native route, taken out on the other, and in no answer.</summary>
    private HttpInput Secret(int number, Random random)
    {
        var card = Cards[random.Next(Cards.Length)];
        var input = random.Next(2) == 0 ? PostNative(number) : PostMagento(number, random);
        var isNative = input.Target == "/v1/orders";
        if (random.Next(3) == 0)
        {
            var cvv = string.Create(CultureInfo.InvariantCulture, $"zq{random.Next(100, 1000)}cvv");
            return input with { Body = BodyMutation.Plant(input.Body, cvv, random, "cvv"), Secrets = [cvv], Expected = isNative ? [400, 422] : [202] };
        }

        var body = BodyMutation.Plant(input.Body, card, random, isNative ? ["reference", "name"] : ["customer_note", "comment", "street"]);
        return input with { Body = body, Secrets = [card], Expected = isNative ? [422] : [202] };
    }

    private HttpInput Headers(int number, Random random)
    {
        var input = random.Next(2) == 0 ? PostNative(number) : PostMagento(number, random);
        switch (random.Next(6))
        {
            case 0:
                var type = Pick(["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "*/*", "json", "", "application/json/x", "x" + new string('y', 500), "text/json; charset=utf-16"], random);
                return input.With("content-type", type) with { Expected = [415] };
            case 1:
                return input.With("accept", Pick(["text/html", "application/xml", "image/*", "text/html, application/xhtml+xml;q=0.9", "nothing", "application/problem+xml"], random)) with { Expected = [406] };
            case 2 when input.Target == "/v1/orders":
                return random.Next(5) == 0 ? input.Without("idempotency-key") with { Expected = [400] } : input.With("idempotency-key", Pick(["", " ", "a b", "ключ", "😀", new string('k', 256), "a\tb"], random)) with { Expected = [400] };
            case 2:
                return input.With("idempotency-key", Pick(["", "a b", "ключ", new string('k', 300)], random)) with { Expected = [202] };
            case 3:
                return input.With("content-encoding", Pick(["gzip", "br", "identity", "x"], random)) with { Body = BodyMutation.Broken(input.Body, random), Expected = [400, 415] };
            case 4:
                return input.With("traceparent", Pick(["", "00-0-0-00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", new string('0', 55), "00-00000000000000000000000000000000-0000000000000000-01", "x"], random)) with { Body = "{"u8.ToArray(), Expected = [400] };
            default:
                return input.With(Pick(["if-match", "range", "expect-ct", "x-http-method-override", "x-forwarded-for", "x-amzn-trace-id", "cookie", "forwarded", "baggage"], random), Pick(OddValues.Texts.Where(static text => text.All(static letter => letter is >= ' ' and not '\u007f')).ToArray(), random)) with { Body = "{"u8.ToArray(), Expected = [400] };
        }
    }

    private HttpInput Token(int number, Random random)
    {
        var input = random.Next(3) switch { 0 => PostNative(number), 1 => PostMagento(number, random), _ => Read($"/v1/orders/{known}") };
        var isRead = input.Method == "GET";
        return random.Next(10) switch
        {
            0 => input.Without("authorization") with { Expected = [401] },
            1 => input.With("authorization", "Bearer " + Expired) with { Expected = [401] },
            2 => input.With("authorization", "Bearer " + Forged) with { Expected = [401] },
            3 => input.With("authorization", "Bearer " + ReadOnly) with { Expected = isRead ? [200] : [403] },
            4 => input.With("authorization", "Bearer " + OtherTenant) with { Expected = isRead ? [404] : [202] },
            5 => input.With("authorization", "Bearer " + OtherStore) with { Expected = isRead ? [404] : input.Target == "/v1/orders" ? [422] : [404] },
            6 => input.With("authorization", Pick(["Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "Bearer ..", "Bearer null", "Digest x", "Bearer " + new string('A', 5000), "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "bearer 😀"], random)) with { Expected = [401] },
            7 => input.With("authorization", $"Bearer {Good}x") with { Expected = [401] },
            8 => WithoutStore(input, random).With("authorization", "Bearer " + NoStore) with { Expected = isRead ? [404] : input.Target == "/v1/orders" ? [422] : [404] },
            _ => Read(Pick([$"/v1/orders/{known}/events", $"/v1/payments/{known}", "/v1/stock/MUG"], random)).With("authorization", "Bearer " + OtherTenant) with { Expected = [404] },
        };
    }

    /// <summary>A native order may leave its store to the token.</summary>
    private static HttpInput WithoutStore(HttpInput input, Random random)
    {
        if (input.Target != "/v1/orders" || random.Next(2) == 0)
        {
            return input;
        }

        var order = JsonNode.Parse(input.Body)!.AsObject();
        order.Remove("store");
        return input with { Body = Encoding.UTF8.GetBytes(order.ToJsonString()) };
    }

    private HttpInput Target(Random random)
    {
        var route = Routes[random.Next(Routes.Length)].Replace("{id}", random.Next(3) == 0 ? known : Pick(["ord_1", "x", "ORD_00000000000000000000000001", "ord_0000000000000000000000000i"], random), StringComparison.Ordinal);
        var text = Uri.EscapeDataString(OddValues.Texts[random.Next(OddValues.Texts.Length)]);
        var target = random.Next(8) switch
        {
            0 => route,
            1 => route + "/" + text,
            2 => route + "?" + Pick(["", "a", "=", "&&&", "a=b&a=c", "a=%", "%=%zz", "limit=-1&cursor=%00", "x=" + new string('y', 2000)], random),
            3 => route.Insert(random.Next(1, route.Length), Pick(["%", "%2", "%zz", "%2F", "%2e%2e%2f", "%ff%fe", "%c0%af", "%e2%80%ae", "//", "/../", "/./", ";a=b", "%25", "%0d%0a", "+", "*"], random)),
            4 => route.ToUpperInvariant(),
            5 => "/v1/magento/default/orders/" + text,
            6 => "/v1/stock/" + text,
            _ => Pick(["/v1/orders/", "//v1/orders", "/v1//orders", "/v2/orders", "/v1/orders/..", "/local/../v1/health", "/favicon.ico", "/.env", "/v1/orders/" + new string('a', 3000), "*", "http://example.com/v1/health"], random),
        };
        var method = Pick(["GET", "GET", "GET", "HEAD", "DELETE", "PATCH", "PUT", "POST", "OPTIONS", "TRACE", "FOO", "get"], random);
        return Read(target) with { Method = method };
    }

    private static HttpInput Stock(Random random)
    {
        var sku = random.Next(3) == 0 ? Uri.EscapeDataString(OddValues.Texts[random.Next(OddValues.Texts.Length)]) : "MUG";
        var source = random.Next(5) == 0 ? Uri.EscapeDataString(OddValues.Texts[random.Next(OddValues.Texts.Length)]) : "default";
        var value = random.Next(2) == 0 ? OddValues.Raw[random.Next(OddValues.Raw.Length)] : OddValues.Encoded(OddValues.Texts[random.Next(OddValues.Texts.Length)]);
        var body = random.Next(6) switch
        {
            0 => BodyMutation.Broken("""{"onHand": 5}"""u8.ToArray(), random),
            1 => BodyMutation.UnknownMember("""{"onHand": 5}"""u8.ToArray(), random),
            2 => Encoding.UTF8.GetBytes(value),
            _ => Encoding.UTF8.GetBytes($$"""{"onHand": {{value}}}"""),
        };
        return new HttpInput("PUT", $"/v1/stock/{sku}/{source}", [("authorization", "Bearer " + Good), ("content-type", "application/json")], body);
    }

    /// <summary>One byte more than a route takes, and far more.</summary>
    private HttpInput Size(int number, Random random) => random.Next(40) switch
    {
        0 => PostMagento(number, random) with { Body = Padded(Magento[0], 5 * 1024 * 1024), Expected = [413] },
        1 => PostMagento(number, random) with { Body = Padded(Magento[0], 10 * 1024 * 1024), Expected = [413] },
        < 20 => PostNative(number) with { Body = Padded(Native, 256 * 1024), Expected = [413] },
        _ => new HttpInput("PUT", "/v1/stock/MUG/default", [("authorization", "Bearer " + Good), ("content-type", "application/json")], Padded("""{"onHand": 5}"""u8.ToArray(), 4096)) with { Expected = [413] },
    };

    private static byte[] Padded(byte[] body, int above) => [.. body, .. Enumerable.Repeat((byte)' ', above + 1 - body.Length)];

    /// <summary>A new order, or one of a few again and again: what Magento sends twice is an observation of the first.</summary>
    private static HttpInput PostMagento(int number, Random random)
    {
        var order = JsonNode.Parse(Magento[random.Next(Magento.Length)])!.AsObject();
        order["increment_id"] = (random.Next(4) > 0 ? random.Next(1, KnownNumbers) : KnownNumbers + number).ToString("D9", CultureInfo.InvariantCulture);
        var body = Encoding.UTF8.GetBytes(order.ToJsonString());
        return new HttpInput("POST", "/v1/magento/default/orders", [("authorization", "Bearer " + Good), ("content-type", "application/json")], body) { Order = body };
    }

    private static HttpInput PostNative(int number) => new(
        "POST",
        "/v1/orders",
        [("authorization", "Bearer " + Good), ("content-type", "application/json"), ("idempotency-key", string.Create(CultureInfo.InvariantCulture, $"key-{number}"))],
        Native)
    {
        Order = Native,
    };

    private static HttpInput Read(string target) => new("GET", target, [("authorization", "Bearer " + Good)], []);

    private static T Pick<T>(T[] values, Random random) => values[random.Next(values.Length)];
}
