namespace Oms.ServiceDefaults.Store;

/// <summary>Names of states and the like, as items hold them.</summary>
public static class StoredName
{
    /// <exception cref="NewerCodeException">This code has no such name: newer code has written it. It is not quoted, because what this project says itself is logged.</exception>
    public static T Read<T>(string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, out var value) && Enum.IsDefined(value) ? value : throw new NewerCodeException($"The item names a {typeof(T).Name} that this code does not know");
}
