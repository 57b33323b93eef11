namespace Oms.LocalAws.Templates;

/// <summary>The HTTP API: stage, authorizers, integrations and routes.</summary>
internal static class HttpApiReader
{
    private const string LambdaInvoke = "lambda:InvokeFunction";

    public static LocalHttpApi? Read(TemplateDocument document)
    {
        if (Single(document, ResourceTypes.Api) is not { } api)
            return null;
        api.Properties["ProtocolType"].Only("HTTP");
        var stage = Stage(Single(document, ResourceTypes.Stage) ?? throw new TemplateException($"{api.Node.Path} has no stage"), api);
        var authorizers = document.OfType(ResourceTypes.Authorizer).ToDictionary(a => a.LogicalId, a => Authorizer(a, api), StringComparer.Ordinal);
        var integrations = document.OfType(ResourceTypes.Integration).ToDictionary(i => i.LogicalId, i => Integration(i, api), StringComparer.Ordinal);
        var invokers = document.OfType(ResourceTypes.Permission).Select(Invoker).ToList();

        return new LocalHttpApi(
            api.LogicalId,
            api.Properties["Name"].Text(),
            stage,
            [.. document.OfType(ResourceTypes.Route).Select(route =>
            {
                var properties = route.Properties;
                RequireApi(properties, api);
                var target = properties["Target"];
                var integration = integrations.TryGetValue(target.Text().Replace("integrations/", "", StringComparison.Ordinal), out var found)
                    ? found
                    : throw new TemplateException($"{target.Path} is not an integration of this template");
                properties.Optional("AuthorizationType")?.Only("NONE", "JWT");
                var authorizer = properties.Optional("AuthorizationType")?.Text() != "JWT" ? null
                    : authorizers.TryGetValue(properties["AuthorizerId"].Text(), out var named) ? named
                    : throw new TemplateException($"{properties["AuthorizerId"].Path} is not an authorizer of this template");
                var key = properties["RouteKey"].Text();
                var arn = $"arn:aws:execute-api:{LocalTemplate.Region}:{LocalTemplate.Account}:{api.LogicalId}/{stage.Name}/{key.Replace(" ", "", StringComparison.Ordinal)}";
                return new LocalRoute(
                    key,
                    properties.Optional("AuthorizationScopes")?.Texts() ?? [],
                    authorizer,
                    integration.Function,
                    integration.Timeout,
                    invokers.Any(i => i.Function == integration.Function && Arns.Matches(i.SourceArn, arn)));
            })]);
    }

    private static LocalStage Stage(TemplateResource stage, TemplateResource api)
    {
        RequireApi(stage.Properties, api);
        stage.Properties["StageName"].Only("$default");
        stage.Properties["AutoDeploy"].Only("true");
        var settings = stage.Properties.Optional("DefaultRouteSettings");
        return new LocalStage(
            stage.Properties["StageName"].Text(),
            settings?.Optional("ThrottlingRateLimit")?.Number(),
            settings?.Optional("ThrottlingBurstLimit")?.Integer());
    }

    private static LocalJwtAuthorizer Authorizer(TemplateResource authorizer, TemplateResource api)
    {
        var properties = authorizer.Properties;
        RequireApi(properties, api);
        properties["AuthorizerType"].Only("JWT");
        var source = properties["IdentitySource"];
        foreach (var place in source.OneOrMore())
        {
            if (!place.Text().StartsWith("$request.header.", StringComparison.Ordinal)
                && !place.Text().StartsWith("$request.querystring.", StringComparison.Ordinal))
                throw new TemplateException($"{place.Path} should be $request.header.… or $request.querystring.…");
        }

        var jwt = properties["JwtConfiguration"];
        return new LocalJwtAuthorizer(properties["Name"].Text(), jwt["Issuer"].Text(), jwt["Audience"].Texts(), source.Texts());
    }

    private static (string Function, TimeSpan Timeout) Integration(TemplateResource integration, TemplateResource api)
    {
        var properties = integration.Properties;
        RequireApi(properties, api);
        properties["IntegrationType"].Only("AWS_PROXY");
        properties["PayloadFormatVersion"].Only("2.0");
        properties.Optional("IntegrationMethod")?.Only("POST");
        var timeout = properties.Optional("TimeoutInMillis");
        var milliseconds = timeout?.Integer() ?? 30_000;
        if (milliseconds is < 50 or > 30_000)
            throw new TemplateException($"{timeout!.Path} should be between 50 and 30000");
        return (FunctionOf(properties["IntegrationUri"]), TimeSpan.FromMilliseconds(milliseconds));
    }

    /// <summary>A function's own ARN, or the invocation path of API Gateway around it.</summary>
    private static string FunctionOf(TemplateNode uri)
    {
        const string Marker = ":function:";
        var text = uri.Text();
        var at = text.IndexOf(Marker, StringComparison.Ordinal);
        return at >= 0
            ? text[(at + Marker.Length)..].Split('/')[0]
            : throw new TemplateException($"{uri.Path} is not the ARN of a function");
    }

    private static (string Function, string SourceArn) Invoker(TemplateResource permission)
    {
        var properties = permission.Properties;
        properties["Action"].Only(LambdaInvoke);
        properties["Principal"].Only("apigateway.amazonaws.com");
        var function = properties["FunctionName"].Text();
        return (function[(function.LastIndexOf(':') + 1)..], properties.Optional("SourceArn")?.Text() ?? "*");
    }

    private static void RequireApi(TemplateNode properties, TemplateResource api)
    {
        var id = properties["ApiId"];
        if (id.Text() != api.LogicalId)
            throw new TemplateException($"{id.Path} is not the API of this template");
    }

    private static TemplateResource? Single(TemplateDocument document, string type)
    {
        var found = document.OfType(type).ToList();
        return found.Count <= 1
            ? found.FirstOrDefault()
            : throw new TemplateException($"{found[1].Node.Path} is a second {type}; LocalAws runs one");
    }
}
