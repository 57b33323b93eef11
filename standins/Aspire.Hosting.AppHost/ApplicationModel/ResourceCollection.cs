namespace Aspire.Hosting.ApplicationModel;

internal sealed class ResourceCollection : List<IResource>;
