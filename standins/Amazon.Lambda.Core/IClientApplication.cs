namespace Amazon.Lambda.Core;

/// <summary>The application of <see cref="IClientContext"/>.</summary>
public interface IClientApplication
{
    string AppPackageName { get; }

    string AppTitle { get; }

    string AppVersionCode { get; }

    string AppVersionName { get; }

    string InstallationId { get; }
}
