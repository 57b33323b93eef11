namespace Oms.ServiceDefaults;

/// <summary>What one function does with the JSON event that Lambda hands it: the API, the relay or the inbox.</summary>
public interface IFunctionRole
{
    Task<Stream> HandleAsync(Stream input, Invocation invocation);
}
