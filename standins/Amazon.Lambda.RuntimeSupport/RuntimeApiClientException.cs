namespace Amazon.Lambda.RuntimeSupport;

/// <summary>The Runtime API answered with something that is not in its contract, or refused.</summary>
public class RuntimeApiClientException : Exception
{
    public RuntimeApiClientException(string message, int statusCode, string response, Dictionary<string, IEnumerable<string>> headers, Exception innerException)
        : base($"{message}\n\nStatus: {statusCode}\nResponse: \n{response[..Math.Min(response.Length, 512)]}", innerException)
    {
        StatusCode = statusCode;
        Response = response;
        Headers = headers;
    }

    public int StatusCode { get; }

    public string Response { get; }

    public Dictionary<string, IEnumerable<string>> Headers { get; }

    public override string ToString() => $"HTTP Response: \n\n{Response}\n\n{base.ToString()}";
}
