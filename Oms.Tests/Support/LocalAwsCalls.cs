using System.Net.Http.Headers;

namespace Oms.Tests.Support;

/// <summary>
/// Under the HTTP clients of a function that cannot have an environment of its own: sends its calls to AWS to LocalAws, in the function's name.
/// What goes to the payment gateway passes.
/// </summary>
/// <param name="aws">Where all of AWS is but SNS.</param>
/// <param name="sns">Where SNS is.</param>
internal sealed class LocalAwsCalls(HttpMessageHandler sockets, string function, Uri aws, Uri sns, Uri? gateway) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _sockets = new(sockets, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = request.RequestUri!;
        if (target.Authority != gateway?.Authority)
        {
            // Nobody checks signatures; whose call it is stands in the credential, and of which service where no header names it.
            var service = request.Headers.Contains("x-amz-target") ? "" : "sns";
            request.Headers.Authorization = new AuthenticationHeaderValue("AWS4-HMAC-SHA256", $"Credential={function}/20261122/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
            request.RequestUri = new Uri(service.Length > 0 ? sns : aws, target.PathAndQuery);
            request.Headers.Host = null;
        }

        return _sockets.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sockets.Dispose();
        }

        base.Dispose(disposing);
    }
}
