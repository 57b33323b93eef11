using System.Globalization;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>Names one receive of one message: queue, message and receipt.</summary>
internal static class ReceiptHandle
{
    public static string Write(string queue, StoredMessage message) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{LocalTemplate.Account}/{queue}/{message.Number}/{message.Receipt}")));

    public static (long Number, long Receipt) Read(JsonElement from, string queue)
    {
        var handle = from.Required("ReceiptHandle");
        var bytes = new byte[handle.Length];
        return Convert.TryFromBase64String(handle, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('/') is [LocalTemplate.Account, var named, var number, var receipt]
            && named == queue
            && long.TryParse(number, CultureInfo.InvariantCulture, out var n) && long.TryParse(receipt, CultureInfo.InvariantCulture, out var r)
            ? (n, r)
            : throw new MessagingException("ReceiptHandleIsInvalid", $"The input receipt handle \"{handle}\" is not a valid receipt handle.", 404);
    }
}
