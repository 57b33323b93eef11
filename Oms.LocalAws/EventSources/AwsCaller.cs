using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.EventSources;

/// <summary>Calls of the Lambda service to an event source, with the rights of the function that it polls for.</summary>
internal sealed class AwsCaller(AwsProxy proxy, string function)
{
    public async Task<JsonDocument> CallAsync(AwsService service, string operation, Action<Utf8JsonWriter> body, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        using var call = new AwsCall(function, service, operation, buffer.WrittenMemory);
        var answer = await proxy.CallAsync(call, cancel);
        if (answer.IsSuccess) return AwsJson.Parse(answer.Body);
        throw AwsCallException.Of(operation, answer);
    }
}
