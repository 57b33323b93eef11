using System.Text.Json.Nodes;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws;

/// <summary>A template with one of everything that LocalAws runs, for tests that change one value of it.</summary>
internal static class SmallTemplate
{
    private const string Text = """
        {
          "Parameters": {
            "JwtIssuer": { "Type": "String" },
            "JwtAudience": { "Type": "String" },
            "ScopePrefix": { "Type": "String", "Default": "" },
            "CodeBucket": { "Type": "String" }
          },
          "Resources": {
            "Table": {
              "Type": "AWS::DynamoDB::Table",
              "Properties": {
                "TableName": "things",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                  { "AttributeName": "pk", "AttributeType": "S" },
                  { "AttributeName": "sk", "AttributeType": "S" },
                  { "AttributeName": "dueAt", "AttributeType": "N" }
                ],
                "KeySchema": [ { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" } ],
                "GlobalSecondaryIndexes": [ {
                  "IndexName": "due",
                  "KeySchema": [ { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "dueAt", "KeyType": "RANGE" } ],
                  "Projection": { "ProjectionType": "KEYS_ONLY" }
                } ],
                "StreamSpecification": { "StreamViewType": "NEW_IMAGE" }
              }
            },
            "Topic": { "Type": "AWS::SNS::Topic", "Properties": { "TopicName": "news" } },
            "Inbox": {
              "Type": "AWS::SQS::Queue",
              "Properties": {
                "QueueName": "inbox",
                "VisibilityTimeout": 60,
                "RedrivePolicy": { "deadLetterTargetArn": { "Fn::GetAtt": [ "Dead", "Arn" ] }, "maxReceiveCount": 20 }
              }
            },
            "Dead": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "inbox-dlq", "MessageRetentionPeriod": 1209600 } },
            "Undelivered": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "inbox-undelivered" } },
            "InboxPolicy": {
              "Type": "AWS::SQS::QueuePolicy",
              "Properties": {
                "Queues": [ { "Ref": "Inbox" }, { "Ref": "Undelivered" } ],
                "PolicyDocument": {
                  "Version": "2012-10-17",
                  "Statement": [
                    {
                      "Effect": "Allow",
                      "Principal": { "Service": "sns.amazonaws.com" },
                      "Action": "sqs:SendMessage",
                      "Resource": [ { "Fn::GetAtt": [ "Inbox", "Arn" ] }, { "Fn::GetAtt": [ "Undelivered", "Arn" ] } ],
                      "Condition": { "ArnEquals": { "aws:SourceArn": { "Ref": "Topic" } } }
                    },
                    {
                      "Effect": "Allow",
                      "Principal": { "Service": "events.amazonaws.com" },
                      "Action": "sqs:SendMessage",
                      "Resource": { "Fn::GetAtt": [ "Inbox", "Arn" ] },
                      "Condition": { "ArnEquals": { "aws:SourceArn": { "Fn::GetAtt": [ "Clock", "Arn" ] } } }
                    }
                  ]
                }
              }
            },
            "Subscription": {
              "Type": "AWS::SNS::Subscription",
              "Properties": {
                "Protocol": "sqs",
                "TopicArn": { "Ref": "Topic" },
                "Endpoint": { "Fn::GetAtt": [ "Inbox", "Arn" ] },
                "RawMessageDelivery": true,
                "FilterPolicy": { "type": [ "wanted" ] },
                "FilterPolicyScope": "MessageAttributes",
                "RedrivePolicy": { "deadLetterTargetArn": { "Fn::GetAtt": [ "Undelivered", "Arn" ] } }
              }
            },
            "Clock": {
              "Type": "AWS::Events::Rule",
              "Properties": {
                "Name": "clock",
                "ScheduleExpression": "rate(1 minute)",
                "State": "ENABLED",
                "Targets": [ { "Id": "inbox", "Arn": { "Fn::GetAtt": [ "Inbox", "Arn" ] }, "Input": "{\"tick\":true}" } ]
              }
            },
            "Role": {
              "Type": "AWS::IAM::Role",
              "Properties": {
                "AssumeRolePolicyDocument": { "Statement": [ { "Effect": "Allow" } ] },
                "ManagedPolicyArns": [ { "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" } ],
                "Policies": [ {
                  "PolicyName": "own",
                  "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                      { "Effect": "Allow", "Action": [ "dynamodb:GetItem", "dynamodb:Query" ], "Resource": [
                        { "Fn::GetAtt": [ "Table", "Arn" ] }, { "Fn::Join": [ "", [ { "Fn::GetAtt": [ "Table", "Arn" ] }, "/index/*" ] ] } ] },
                      { "Effect": "Allow", "Action": "dynamodb:GetRecords", "Resource": { "Fn::GetAtt": [ "Table", "StreamArn" ] } }
                    ]
                  }
                } ]
              }
            },
            "Api": {
              "Type": "AWS::Lambda::Function",
              "Properties": {
                "FunctionName": "things-api",
                "Handler": "Things",
                "Runtime": "dotnet10",
                "Architectures": [ "arm64" ],
                "MemorySize": 512,
                "Timeout": 10,
                "Role": { "Fn::GetAtt": [ "Role", "Arn" ] },
                "Code": { "S3Bucket": { "Ref": "CodeBucket" } },
                "Environment": { "Variables": { "TABLE": { "Ref": "Table" }, "QUEUE": { "Ref": "Inbox" }, "TOPIC": { "Fn::Sub": "${Topic}" }, "NAME": { "Fn::Sub": "x-${Inbox.QueueName}-${!y}" } } }
              }
            },
            "QueueSource": {
              "Type": "AWS::Lambda::EventSourceMapping",
              "Properties": {
                "FunctionName": { "Ref": "Api" },
                "EventSourceArn": { "Fn::GetAtt": [ "Inbox", "Arn" ] },
                "BatchSize": 7,
                "MaximumBatchingWindowInSeconds": 1,
                "ScalingConfig": { "MaximumConcurrency": 3 },
                "FunctionResponseTypes": [ "ReportBatchItemFailures" ]
              }
            },
            "StreamSource": {
              "Type": "AWS::Lambda::EventSourceMapping",
              "Properties": {
                "FunctionName": { "Ref": "Api" },
                "EventSourceArn": { "Fn::GetAtt": [ "Table", "StreamArn" ] },
                "StartingPosition": "TRIM_HORIZON",
                "BatchSize": 50,
                "MaximumRetryAttempts": -1,
                "FilterCriteria": { "Filters": [ { "Pattern": "{\"a\":[1]}" } ] }
              }
            },
            "HttpApi": { "Type": "AWS::ApiGatewayV2::Api", "Properties": { "Name": "things", "ProtocolType": "HTTP" } },
            "Stage": {
              "Type": "AWS::ApiGatewayV2::Stage",
              "Properties": {
                "ApiId": { "Ref": "HttpApi" }, "StageName": "$default", "AutoDeploy": true,
                "DefaultRouteSettings": { "ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200 }
              }
            },
            "Authorizer": {
              "Type": "AWS::ApiGatewayV2::Authorizer",
              "Properties": {
                "ApiId": { "Ref": "HttpApi" }, "AuthorizerType": "JWT", "Name": "jwt",
                "IdentitySource": [ "$request.header.Authorization" ],
                "JwtConfiguration": { "Issuer": { "Ref": "JwtIssuer" }, "Audience": [ { "Ref": "JwtAudience" } ] }
              }
            },
            "Integration": {
              "Type": "AWS::ApiGatewayV2::Integration",
              "Properties": {
                "ApiId": { "Ref": "HttpApi" }, "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
                "IntegrationUri": { "Fn::GetAtt": [ "Api", "Arn" ] }, "TimeoutInMillis": 12000
              }
            },
            "Permission": {
              "Type": "AWS::Lambda::Permission",
              "Properties": {
                "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "FunctionName": { "Ref": "Api" },
                "SourceArn": { "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*" }
              }
            },
            "Default": {
              "Type": "AWS::ApiGatewayV2::Route",
              "Properties": { "ApiId": { "Ref": "HttpApi" }, "RouteKey": "$default", "Target": { "Fn::Join": [ "", [ "integrations/", { "Ref": "Integration" } ] ] } }
            },
            "Get": {
              "Type": "AWS::ApiGatewayV2::Route",
              "Properties": {
                "ApiId": { "Ref": "HttpApi" }, "RouteKey": "GET /things/{id}", "AuthorizationType": "JWT", "AuthorizerId": { "Ref": "Authorizer" },
                "AuthorizationScopes": [ { "Fn::Join": [ "", [ { "Ref": "ScopePrefix" }, "things:read" ] ] } ],
                "Target": { "Fn::Join": [ "", [ "integrations/", { "Ref": "Integration" } ] ] }
              }
            }
          }
        }
        """;

    public static readonly TemplateSettings Settings =
        TemplateSettings.Local(new Dictionary<string, string>(), new Uri("http://127.0.0.1:5080"), new Uri("http://127.0.0.1:4566"));

    public static JsonNode Json() => JsonNode.Parse(Text)!;

    public static LocalTemplate Read(Action<JsonNode>? change = null, TemplateSettings? settings = null)
    {
        var json = Json();
        change?.Invoke(json["Resources"]!);
        return TemplateReader.Read(json.ToJsonString(), settings ?? Settings);
    }

    /// <summary>Other names for what lives in a backend, so that tests can share one.</summary>
    public static void Rename(JsonNode resources, string suffix)
    {
        foreach (var (id, property) in new[] { ("Table", "TableName"), ("Topic", "TopicName"), ("Inbox", "QueueName"), ("Dead", "QueueName"), ("Undelivered", "QueueName") })
            resources.Properties(id)[property] = $"{resources.Properties(id)[property]!.GetValue<string>()}-{suffix}";
    }

    public static JsonNode Properties(this JsonNode resources, string logicalId) => resources[logicalId]!["Properties"]!;
}
