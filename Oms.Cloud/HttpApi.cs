using Amazon.CDK;
using Amazon.CDK.AWS.Apigatewayv2;
using Amazon.CDK.AWS.Lambda;

namespace Oms.Cloud;

/// <summary>The public door: every route, who answers it, and what a caller must be allowed to.</summary>
internal static class HttpApi
{
    public static readonly RouteRow[] Routes =
    [
        new("GET /v1/health", "orders-api", null),
        new("GET /v1/openapi.json", "orders-api", null),
        new("POST /v1/orders", "orders-api", "orders:write"),
        new("POST /v1/magento/{store}/orders", "orders-api", "orders:write"),
        new("GET /v1/orders/{orderId}", "orders-api", "orders:read"),
        new("GET /v1/magento/{store}/orders/{incrementId}", "orders-api", "orders:read"),
        new("GET /v1/orders/{orderId}/events", "orders-api", "orders:read"),
        new("GET /v1/payments/{orderId}", "payments-api", "payments:read"),
        new("GET /v1/stock/{sku}", "inventory-api", "inventory:read"),
        new("PUT /v1/stock/{sku}/{source}", "inventory-api", "inventory:write"),
        new("$default", "orders-api", null), // 404 and 405 as problem details
    ];

    /// <summary>Longer than the functions' own time-out, so that the function's answer about it is the one that counts.</summary>
    private const int IntegrationTimeoutInMillis = 12_000;

    private const int RequestsPerSecond = 2000;
    private const int Burst = 4000;

    public static void Create(Stack stack, Settings settings, Dictionary<string, CfnFunction> functions)
    {
        var api = new CfnApi(stack, "HttpApi", new CfnApiProps { Name = "oms", ProtocolType = "HTTP" });
        var authorizer = new CfnAuthorizer(stack, "HttpAuthorizer", new CfnAuthorizerProps
        {
            ApiId = api.Ref,
            Name = "jwt",
            AuthorizerType = "JWT",
            IdentitySource = ["$request.header.Authorization"],
            JwtConfiguration = new CfnAuthorizer.JWTConfigurationProperty { Issuer = settings.JwtIssuer, Audience = [settings.JwtAudience] },
        });
        var integrations = Routes.Select(route => route.Function).Distinct()
            .ToDictionary(name => name, name => Integration(stack, api, name, functions[name]));
        foreach (var route in Routes)
        {
            _ = new CfnRoute(stack, $"Route{Names.LogicalId(route.Key)}", new CfnRouteProps
            {
                ApiId = api.Ref,
                RouteKey = route.Key,
                Target = $"integrations/{integrations[route.Function].Ref}",
                AuthorizationType = route.Scope is null ? "NONE" : "JWT",
                AuthorizerId = route.Scope is null ? null : authorizer.Ref,
                AuthorizationScopes = route.Scope is null ? null : [$"{settings.ScopePrefix}{route.Scope}"],
            });
        }

        _ = new CfnStage(stack, "HttpStage", new CfnStageProps
        {
            ApiId = api.Ref,
            StageName = "$default",
            AutoDeploy = true,
            DefaultRouteSettings = new CfnStage.RouteSettingsProperty { ThrottlingRateLimit = RequestsPerSecond, ThrottlingBurstLimit = Burst },
        });
        _ = new CfnOutput(stack, "ApiUrl", new CfnOutputProps { Value = api.AttrApiEndpoint, Description = "Where the API answers" });
    }

    private static CfnIntegration Integration(Stack stack, CfnApi api, string name, CfnFunction function)
    {
        _ = new CfnPermission(stack, Names.LogicalId($"{name}-permission"), new CfnPermissionProps
        {
            Action = "lambda:InvokeFunction",
            FunctionName = function.Ref,
            Principal = "apigateway.amazonaws.com",
            SourceArn = Fn.Sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*"),
        });
        return new CfnIntegration(stack, Names.LogicalId($"{name}-integration"), new CfnIntegrationProps
        {
            ApiId = api.Ref,
            IntegrationType = "AWS_PROXY",
            IntegrationUri = function.AttrArn,
            PayloadFormatVersion = "2.0",
            TimeoutInMillis = IntegrationTimeoutInMillis,
        });
    }
}

/// <param name="Key">Method and path, as API Gateway writes them.</param>
/// <param name="Function">The function that answers.</param>
/// <param name="Scope">What the access token must allow; nothing means that no token is needed.</param>
internal sealed record RouteRow(string Key, string Function, string? Scope);
