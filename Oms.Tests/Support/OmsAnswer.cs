using System.Net;
using System.Text.Json;

namespace Oms.Tests.Support;

/// <summary>An answer with its body read.</summary>
internal sealed record OmsAnswer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Location => Headers["location"];

    public string OrderId => Location.Split('/')[^1];
}
