using System.Text.Json;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.EventSources;

/// <summary>The comparison operators of https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html (filter rule syntax), with its own examples.</summary>
public sealed class EventFilterTests
{
    [Theory]
    [InlineData("""{"UserID":[null]}""", """{"UserID":null}""", """{"UserID":"a"}""")]
    [InlineData("""{"LastName":[""]}""", """{"LastName":""}""", """{"LastName":"x"}""")]
    [InlineData("""{"Name":["Alice"]}""", """{"Name":"Alice"}""", """{"Name":"alice"}""")]
    [InlineData("""{"Name":[{"equals-ignore-case":"alice"}]}""", """{"Name":"ALICE"}""", """{"Name":"Bob"}""")]
    [InlineData("""{"Location":["New York"],"Day":["Monday"]}""", """{"Location":"New York","Day":"Monday"}""", """{"Location":"New York","Day":"Tuesday"}""")]
    [InlineData("""{"PaymentType":["Credit","Debit"]}""", """{"PaymentType":"Debit"}""", """{"PaymentType":"Cash"}""")]
    [InlineData("""{"$or":[{"Location":["New York"]},{"Day":["Monday"]}]}""", """{"Location":"Paris","Day":"Monday"}""", """{"Location":"Paris","Day":"Sunday"}""")]
    [InlineData("""{"Weather":[{"anything-but":["Raining"]}]}""", """{"Weather":"Sunny"}""", """{"Weather":"Raining"}""")]
    [InlineData("""{"Price":[{"numeric":["=",100]}]}""", """{"Price":100.0}""", """{"Price":101}""")]
    [InlineData("""{"Price":[{"numeric":[">",10,"<=",20]}]}""", """{"Price":20}""", """{"Price":10}""")]
    [InlineData("""{"ProductName":[{"exists":true}]}""", """{"ProductName":"x"}""", """{"Other":"x"}""")]
    [InlineData("""{"ProductName":[{"exists":false}]}""", """{"Other":"x"}""", """{"ProductName":"x"}""")]
    [InlineData("""{"Region":[{"prefix":"us-"}]}""", """{"Region":"us-east-1"}""", """{"Region":"eu-west-1"}""")]
    [InlineData("""{"FileName":[{"suffix":".png"}]}""", """{"FileName":"a.png"}""", """{"FileName":"a.jpg"}""")]
    public void Each_operator_matches_what_it_says(string pattern, string match, string miss)
    {
        var filter = EventFilter.Parse(pattern);
        using var matching = JsonDocument.Parse(match);
        using var missing = JsonDocument.Parse(miss);

        Assert.True(filter.Matches(matching.RootElement));
        Assert.False(filter.Matches(missing.RootElement));
    }

    [Fact]
    public void The_example_of_the_DynamoDB_page_matches_its_record()
    {
        // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
        using var record = JsonDocument.Parse("""
            {"eventID":"1","eventVersion":"1.0","dynamodb":{"ApproximateCreationDateTime":"1678831218.0","Keys":{"CustomerName":{"S":"AnyCompany Industries"}},
            "NewImage":{"AccountManager":{"S":"Pat Candella"},"PaymentTerms":{"S":"60 days"},"CustomerName":{"S":"AnyCompany Industries"}},
            "SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_IMAGE"}}
            """);

        Assert.True(EventFilter.Parse("""{"dynamodb":{"Keys":{"CustomerName":{"S":["AnyCompany Industries"]}}}}""").Matches(record.RootElement));
        Assert.True(EventFilter.Parse("""{"dynamodb":{"NewImage":{"AccountManager":{"S":["Pat Candella","Shirley Rodriguez"]}}}}""").Matches(record.RootElement));
        Assert.False(EventFilter.Parse("""{"dynamodb":{"Keys":{"CustomerName":{"S":["Other"]}}}}""").Matches(record.RootElement));
    }

    [Theory]
    [InlineData("""{"a":[{"cidr":"10.0.0.0/24"}]}""", "cidr")]
    [InlineData("""{"a":[{"anything-but":{"prefix":"x"}}]}""", "anything-but")]
    [InlineData("""{"a":"x"}""", "$.a")]
    [InlineData("{", "not JSON")]
    public void Anything_else_is_refused_by_name(string pattern, string named) =>
        Assert.Contains(named, Assert.Throws<TemplateException>(() => EventFilter.Parse(pattern)).Message, StringComparison.Ordinal);
}
