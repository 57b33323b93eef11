using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Util;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>A request in the AWS query protocol: flat parameters, a form-encoded body.</summary>
internal sealed class SnsRequest : DefaultRequest
{
    public SnsRequest(AmazonWebServiceRequest request, string action)
        : base(request, "Amazon.SimpleNotificationService")
    {
        Parameters.Add("Action", action);
        Parameters.Add("Version", "2010-03-31");
    }

    public void Add(string name, string value)
    {
        if (value is not null)
        {
            Parameters.Add(name, value);
        }
    }

    public void AddAttributes(string prefix, Dictionary<string, MessageAttributeValue> attributes)
    {
        var index = 0;
        foreach (var (name, value) in attributes ?? [])
        {
            var entry = $"{prefix}MessageAttributes.entry.{++index}";
            Add($"{entry}.Name", name);
            Add($"{entry}.Value.BinaryValue", value?.BinaryValue is null ? null : StringUtils.FromMemoryStream(value.BinaryValue));
            Add($"{entry}.Value.DataType", value?.DataType);
            Add($"{entry}.Value.StringValue", value?.StringValue);
        }
    }
}
