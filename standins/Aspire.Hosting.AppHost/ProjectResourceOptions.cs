namespace Aspire.Hosting;

public class ProjectResourceOptions
{
    public bool ExcludeLaunchProfile { get; set; }
}
