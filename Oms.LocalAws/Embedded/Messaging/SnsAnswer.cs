using System.Text;
using System.Xml.Linq;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>Answers of SNS in the AWS query protocol.</summary>
internal static class SnsAnswer
{
    public const string ContentType = "text/xml";
    public const string Namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

    private static readonly XNamespace Xml = Namespace;

    public static XElement Element(string name, params object?[] content) => new(Xml + name, content);

    public static XElement Members(string name, IEnumerable<XElement> members) => Element(name, members.Select(member => Element("member", member.Nodes())).ToArray());

    public static XElement Entries(string name, IEnumerable<KeyValuePair<string, string>> entries) =>
        Element(name, entries.Select(entry => Element("entry", Element("key", entry.Key), Element("value", entry.Value))).ToArray());

    public static AwsAnswer Of(string operation, string requestId, XElement? result)
    {
        var answer = Element(
            $"{operation}Response",
            result,
            Element("ResponseMetadata", Element("RequestId", requestId)));
        return new(200, ContentType, Encoding.UTF8.GetBytes(answer.ToString(SaveOptions.DisableFormatting)));
    }
}
