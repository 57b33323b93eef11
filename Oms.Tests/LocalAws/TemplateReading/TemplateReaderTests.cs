using System.Text.Json.Nodes;
using Oms.LocalAws.Backends;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.TemplateReading;

public sealed class TemplateReaderTests
{
    [Fact]
    public void The_committed_template_is_read_whole()
    {
        var path = Path.Combine(RepositoryFolder.Path, "Oms.Cloud", "oms.template.json");
        var settings = TemplateSettings.Local(
            new Dictionary<string, string> { ["PaymentGatewayUrl"] = "http://127.0.0.1:5090" }, new Uri("http://127.0.0.1:5080"), new Uri("http://127.0.0.1:4566"));
        var template = TemplateReader.ReadFile(path, settings);
        Assert.Equal(
            ["inventory-api", "inventory-inbox", "inventory-relay", "notifications", "orders-api", "orders-inbox", "orders-relay", "payments-api", "payments-inbox", "payments-relay"],
            template.Functions.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["oms-inventory", "oms-orders", "oms-payments"], template.Tables.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.NotEmpty(template.HttpApi!.Routes);
        Assert.All(template.HttpApi.Routes, route => Assert.True(route.MayInvoke));
    }

    [Fact]
    public void It_knows_fifteen_resource_types_at_most() => Assert.InRange(ResourceTypes.All.Count, 1, 15);

    [Fact]
    public void Every_ignored_property_has_a_reason() => Assert.All(IgnoredProperties.All, entry => Assert.NotEmpty(entry.Reason));

    [Fact]
    public void References_are_resolved_for_the_local_account()
    {
        var function = SmallTemplate.Read().Function("things-api");
        Assert.Equal("things", function.Environment["TABLE"]);
        Assert.Equal("http://127.0.0.1:4566/000000000000/inbox", function.Environment["QUEUE"]);
        Assert.Equal("arn:aws:sns:us-east-1:000000000000:news", function.Environment["TOPIC"]);
        Assert.Equal("x-inbox-${y}", function.Environment["NAME"]);
        Assert.Equal(
            ["arn:aws:dynamodb:us-east-1:000000000000:table/things", "arn:aws:dynamodb:us-east-1:000000000000:table/things/index/*"],
            function.Permissions[0].Resources);
        Assert.Equal(SmallTemplate.Read().Table("things").StreamArn, Assert.Single(function.Permissions[1].Resources));
    }

    [Fact]
    public void A_function_is_read_with_its_limits()
    {
        var function = SmallTemplate.Read(r => r.Properties("Api")["Timeout"] = 4).Function("things-api");
        Assert.Equal(("Things", "dotnet10", "arm64", 512, TimeSpan.FromSeconds(4)), (function.Handler, function.Runtime, function.Architecture, function.MemoryMb, function.Timeout));
    }

    [Fact]
    public void A_table_is_read_with_its_indexes_and_stream()
    {
        var table = SmallTemplate.Read().Table("things");
        Assert.Equal((new KeyAttribute("pk", "S"), new KeyAttribute("sk", "S"), "NEW_IMAGE"), (table.PartitionKey, table.SortKey, table.StreamViewType));
        var index = Assert.Single(table.Indexes);
        Assert.Equal(("due", new KeyAttribute("dueAt", "N"), "KEYS_ONLY"), (index.Name, index.SortKey, index.Projection));
    }

    [Fact]
    public void Event_sources_are_read_with_their_limits()
    {
        var sources = SmallTemplate.Read().EventSources;
        var queue = Assert.Single(sources.OfType<QueueEventSource>());
        Assert.Equal(("things-api", "inbox", 7, TimeSpan.FromSeconds(1), 3, true), (queue.Function, queue.Queue, queue.BatchSize, queue.BatchingWindow, queue.MaximumConcurrency, queue.ReportBatchItemFailures));
        var stream = Assert.Single(sources.OfType<StreamEventSource>());
        Assert.Equal(("things", 50, "TRIM_HORIZON", -1, false), (stream.Table, stream.BatchSize, stream.StartingPosition, stream.MaximumRetryAttempts, stream.ReportBatchItemFailures));
        Assert.Equal(["""{"a":[1]}"""], stream.FilterPatterns);
    }

    [Fact]
    public void Subscriptions_and_schedules_are_read_as_written()
    {
        var template = SmallTemplate.Read(r => r.Properties("Clock")["ScheduleExpression"] = "rate(5 minutes)");
        Assert.Equal(
            new LocalSubscription("news", "inbox", true, """{"type":["wanted"]}""", "MessageAttributes", "inbox-undelivered"), Assert.Single(template.Subscriptions));
        Assert.Equal(new LocalSchedule("clock", TimeSpan.FromMinutes(5), "inbox", """{"tick":true}""", true), Assert.Single(template.Schedules));
        Assert.Equal(new LocalRedrive("inbox-dlq", 20), template.Queue("inbox").Redrive);
    }

    [Fact]
    public void A_scope_prefix_goes_in_front_of_every_scope()
    {
        var prefixed = SmallTemplate.Settings with { Parameters = new Dictionary<string, string> { ["ScopePrefix"] = "oms/" } };
        var route = SmallTemplate.Read(settings: prefixed).HttpApi!.Routes.Single(r => r.RouteKey == "GET /things/{id}");
        Assert.Equal(["oms/things:read"], route.Scopes);
    }

    [Fact]
    public void A_property_that_nobody_acts_on_stops_by_its_path() => Refused(
        r => r.Properties("Inbox")["FifoQueue"] = true, "$.Resources.Inbox.Properties.FifoQueue");

    [Fact]
    public void A_property_deep_inside_stops_by_its_path() => Refused(
        r => r.Properties("InboxPolicy")["PolicyDocument"]!["Statement"]![0]!["Principal"]!["AWS"] = "*",
        "$.Resources.InboxPolicy.Properties.PolicyDocument.Statement[0].Principal.AWS");

    [Fact]
    public void An_empty_property_that_nobody_acts_on_stops_too() => Refused(
        r => r.Properties("Api")["Layers"] = new JsonArray(), "$.Resources.Api.Properties.Layers");

    [Fact]
    public void An_unknown_attribute_of_a_resource_stops_by_its_path() => Refused(
        r => r["Inbox"]!["Condition"] = "OnSundays", "$.Resources.Inbox.Condition");

    [Fact]
    public void An_unknown_section_stops_by_its_path()
    {
        var json = SmallTemplate.Json();
        json["Mappings"] = new JsonObject { ["A"] = "b" };
        Assert.Contains("$.Mappings.A", Assert.Throws<TemplateException>(() => TemplateReader.Read(json.ToJsonString(), SmallTemplate.Settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ignored_property_does_not_stop() =>
        SmallTemplate.Read(r => r["Inbox"]!["Metadata"] = new JsonObject { ["aws:cdk:path"] = "x" });

    [Fact]
    public void An_unknown_resource_type_stops_by_name() => Refused(
        r => r["Bucket"] = new JsonObject { ["Type"] = "AWS::S3::Bucket" }, "AWS::S3::Bucket");

    [Fact]
    public void An_unknown_intrinsic_stops_by_name() => Refused(
        r => r.Properties("Api")["Handler"] = new JsonObject { ["Fn::ImportValue"] = "x" }, "Fn::ImportValue");

    [Fact]
    public void A_reference_to_nothing_stops_by_name() => Refused(
        r => r.Properties("Api")["Environment"]!["Variables"]!["TABLE"] = new JsonObject { ["Ref"] = "Nothing" }, "Nothing");

    [Fact]
    public void A_wildcard_in_an_action_stops() => Refused(
        r => r.Properties("Role")["Policies"]![0]!["PolicyDocument"]!["Statement"]![1]!["Action"] = "dynamodb:*", "dynamodb:*");

    [Fact]
    public void A_denial_stops() => Refused(
        r => r.Properties("Role")["Policies"]![0]!["PolicyDocument"]!["Statement"]![1]!["Effect"] = "Deny", "Effect");

    [Fact]
    public void A_managed_policy_with_unknown_actions_stops() => Refused(
        r => r.Properties("Role")["ManagedPolicyArns"]!.AsArray().Add("arn:aws:iam::aws:policy/AdministratorAccess"), "ManagedPolicyArns[1]");

    [Fact]
    public void A_subscription_that_the_queue_does_not_allow_is_refused_by_name() => Refused(
        r => r.Properties("InboxPolicy")["PolicyDocument"]!["Statement"]![0]!["Condition"]!["ArnEquals"]!["aws:SourceArn"] = "arn:aws:sns:us-east-1:000000000000:other",
        "subscription of inbox to news");

    [Fact]
    public void A_dead_letter_queue_that_does_not_allow_the_topic_is_refused_by_name() => Refused(
        r => r.Properties("InboxPolicy")["PolicyDocument"]!["Statement"]![0]!["Resource"]!.AsArray().RemoveAt(1), "queue inbox-undelivered");

    [Fact]
    public void A_schedule_that_the_queue_does_not_allow_is_refused_by_name() => Refused(
        r => r.Properties("InboxPolicy")["PolicyDocument"]!["Statement"]!.AsArray().RemoveAt(1), "schedule clock");

    [Fact]
    public void A_queue_that_becomes_visible_while_its_function_works_is_refused() => Refused(
        r => r.Properties("Inbox")["VisibilityTimeout"] = 5, "queue inbox");

    [Fact]
    public void A_missing_parameter_is_named()
    {
        var e = Assert.Throws<TemplateException>(() => SmallTemplate.Read(settings: new TemplateSettings(new Dictionary<string, string>(), new Uri("http://127.0.0.1:1"))));
        Assert.Contains("JwtIssuer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_the_template_does_not_have_is_named()
    {
        var wrong = SmallTemplate.Settings with { Parameters = new Dictionary<string, string> { ["Colour"] = "blue" } };
        Assert.Contains("Colour", Assert.Throws<TemplateException>(() => SmallTemplate.Read(settings: wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_its_setting()
    {
        var e = Assert.Throws<TemplateException>(() => TemplateReader.ReadFile("/no/such/file.json", SmallTemplate.Settings));
        Assert.Contains("'template'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:sns:*:news", "arn:aws:sns:us-east-1:news", true)]
    [InlineData("arn:*", "arn:", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("*/index/*", "table/things/index/due", true)]
    [InlineData("*/index", "table/things/index/due", false)]
    [InlineData("exact", "exact", true)]
    [InlineData("exact", "exactly", false)]
    public void Wildcards_match_as_in_policies(string pattern, string value, bool expected) => Assert.Equal(expected, Arns.Matches(pattern, value));

    private static void Refused(Action<JsonNode> change, string naming)
    {
        SmallTemplate.Read();
        Assert.Contains(naming, Assert.Throws<TemplateException>(() => SmallTemplate.Read(change)).Message, StringComparison.Ordinal);
    }
}
