namespace Oms.ServiceDefaults.Store;

/// <summary>Names of states and the like, as items hold them.</summary>
public static class StoredName
{
    /// <exception cref="NewerCodeException">This code has no such name: newer code has written it.</exception>
    public static T Read<T>(string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, out var value) && Enum.IsDefined(value) ? value : throw new NewerCodeException($"{name} is no {typeof(T).Name} that this code knows");
}
