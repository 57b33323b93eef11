using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>GET /v1/openapi.json: the contract with the outside, one document for all services. A test holds it against the route tables.</summary>
internal static class GetOpenApi
{
    private static readonly Lazy<string> Document = new(static () =>
    {
        using var stream = typeof(GetOpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    public static Task<ApiResponse> HandleAsync(ApiRequest request) => Task.FromResult(new ApiResponse(200, Document.Value));
}
