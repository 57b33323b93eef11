using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>The Lambda Runtime API, version 2018-06-01.</summary>
internal sealed class RuntimeApiClient(HttpClient httpClient, string endpoint)
{
    private const int MaxCauseBytes = 1024 * 1024;

    private readonly string _baseUrl =
        $"http://{(string.IsNullOrEmpty(endpoint) ? Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") : endpoint)}/2018-06-01/runtime";

    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, "/invocation/next");
        using var response = await httpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NoContent))
        {
            throw await RefusalAsync(response);
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new(new MemoryStream(body), new(Headers(response)));
    }

    public async Task SendResponseAsync(string requestId, Stream output, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, $"/invocation/{Uri.EscapeDataString(requestId)}/response");
        request.Content = new StreamContent(output);
        request.Content.Headers.ContentType = new("application/json");
        using var response = await PostAsync(request, cancellationToken);
    }

    public async Task ReportInvocationErrorAsync(string requestId, Exception exception, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, $"/invocation/{Uri.EscapeDataString(requestId)}/error");
        request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", exception.GetType().Name);
        var cause = ExceptionJson.Cause(exception);
        if (Encoding.UTF8.GetByteCount(cause) < MaxCauseBytes)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-XRay-Error-Cause", cause);
        }

        await PostErrorAsync(request, exception, cancellationToken);
    }

    public async Task ReportInitializationErrorAsync(Exception exception)
    {
        using var request = Request(HttpMethod.Post, "/init/error");
        await PostErrorAsync(request, exception, CancellationToken.None);
    }

    private static async Task<RuntimeApiClientException> RefusalAsync(HttpResponseMessage response)
    {
        var text = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => "Bad Request",
            HttpStatusCode.Forbidden => "Forbidden",
            HttpStatusCode.RequestEntityTooLarge => "Payload Too Large",
            HttpStatusCode.InternalServerError => "Container error. Non-recoverable state. Runtime should exit promptly.\n",
            _ => $"The HTTP status code of the response was not expected ({(int)response.StatusCode}).",
        };
        return new(text, (int)response.StatusCode, await response.Content.ReadAsStringAsync(), Headers(response), null);
    }

    private static Dictionary<string, IEnumerable<string>> Headers(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);

    private async Task PostErrorAsync(HttpRequestMessage request, Exception exception, CancellationToken cancellationToken)
    {
        request.Content = new StringContent(ExceptionJson.Error(exception));
        request.Content.Headers.ContentType = new("application/vnd.aws.lambda.error+json");
        using var response = await PostAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            await RequireJsonAsync(response);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await httpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response);
        }
    }

    /// <summary>The 202 to an error carries a JSON object; the package takes anything else for a broken Runtime API. (That to a response is not read.)</summary>
    private static async Task RequireJsonAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        try
        {
            using var status = JsonDocument.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new RuntimeApiClientException("Could not deserialize the response body.", (int)response.StatusCode, body, Headers(response), exception);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, _baseUrl + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
