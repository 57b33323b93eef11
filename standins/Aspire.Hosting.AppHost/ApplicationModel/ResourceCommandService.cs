using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceCommandService
{
    private readonly Orchestrator _orchestrator;

    internal ResourceCommandService(Orchestrator orchestrator) => _orchestrator = orchestrator;

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (commandName != KnownResourceCommands.StartCommand)
            throw new NotSupportedException($"The stand-in knows no command '{commandName}'.");
        return Task.FromResult(_orchestrator.Restart(resourceId)
            ? new ExecuteCommandResult { Success = true }
            : new ExecuteCommandResult { Success = false, Message = $"Resource '{resourceId}' cannot be started now." });
    }
}

public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";
}

public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public string? Message { get; init; }
}
