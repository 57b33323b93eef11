namespace Oms.LocalAws.Backends;

/// <summary>
/// How one backend is started as a process: a program named directly, never a shell. It serves when HealthPath answers HealthStatus.
/// Port 0 is a free one, which the process prints; LoopbackOnly is false when the program insists on listening on every interface.
/// </summary>
public sealed record StartCommand(
    string Name,
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    int Port,
    string HealthPath,
    int HealthStatus,
    bool LoopbackOnly);
