using Oms.ServiceDefaults.Http;

namespace Oms.Orders;

/// <summary>GET /v1/health: the function runs. It asks nobody: a dependency that is down must not look like an API that is down.</summary>
internal static class GetHealth
{
    public static Task<ApiResponse> HandleAsync(ApiRequest request) => Task.FromResult(new ApiResponse(200, """{"status":"ok"}"""));
}
