using Microsoft.Extensions.Logging;
using Oms.LocalAws.Hosting;

namespace Oms.Tests.Support;

/// <summary>What LocalAws logs in this process, at any level, through the filters of its program.</summary>
internal sealed class CapturedLogs : IDisposable
{
    private readonly KeptLogs _kept = new();

    public CapturedLogs() => Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddLocalAwsFilters().AddProvider(_kept));

    public ILoggerFactory Factory { get; }

    public IReadOnlyList<string> Lines => _kept.Text.Split('\n');

    public void Dispose()
    {
        Factory.Dispose();
        _kept.Dispose();
    }
}
