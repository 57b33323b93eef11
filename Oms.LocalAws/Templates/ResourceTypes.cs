namespace Oms.LocalAws.Templates;

/// <summary>The resource types that LocalAws runs; fifteen, so that what it must imitate stays small.</summary>
internal static class ResourceTypes
{
    public const string Api = "AWS::ApiGatewayV2::Api";
    public const string Authorizer = "AWS::ApiGatewayV2::Authorizer";
    public const string Integration = "AWS::ApiGatewayV2::Integration";
    public const string Route = "AWS::ApiGatewayV2::Route";
    public const string Stage = "AWS::ApiGatewayV2::Stage";
    public const string Table = "AWS::DynamoDB::Table";
    public const string Rule = "AWS::Events::Rule";
    public const string Role = "AWS::IAM::Role";
    public const string EventSourceMapping = "AWS::Lambda::EventSourceMapping";
    public const string Function = "AWS::Lambda::Function";
    public const string Permission = "AWS::Lambda::Permission";
    public const string Subscription = "AWS::SNS::Subscription";
    public const string Topic = "AWS::SNS::Topic";
    public const string Queue = "AWS::SQS::Queue";
    public const string QueuePolicy = "AWS::SQS::QueuePolicy";

    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal)
    {
        Api, Authorizer, Integration, Route, Stage, Table, Rule, Role, EventSourceMapping,
        Function, Permission, Subscription, Topic, Queue, QueuePolicy,
    };
}
