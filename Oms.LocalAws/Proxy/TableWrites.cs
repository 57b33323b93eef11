using System.Collections.Concurrent;

namespace Oms.LocalAws.Proxy;

/// <summary>Wakes the readers of a table's stream when a write to the table went through: they may sleep long and still be quick.</summary>
public sealed class TableWrites
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _next = new();

    /// <summary>Ends with the next write to the table.</summary>
    public Task NextAsync(string table) => _next.GetOrAdd(table, _ => NewSignal()).Task;

    internal void Wrote(AwsCall call)
    {
        if (call.Service != AwsService.DynamoDb || _next.IsEmpty) return;
        switch (call.Operation)
        {
            case "PutItem" or "UpdateItem" or "DeleteItem":
                Signal(call.Json.GetProperty("TableName").GetString()!);
                break;
            case "TransactWriteItems":
                foreach (var item in call.Json.GetProperty("TransactItems").EnumerateArray())
                    foreach (var action in item.EnumerateObject())
                        Signal(action.Value.GetProperty("TableName").GetString()!);
                break;
            case "BatchWriteItem":
                foreach (var table in call.Json.GetProperty("RequestItems").EnumerateObject()) Signal(table.Name);
                break;
        }
    }

    private void Signal(string table)
    {
        if (_next.TryRemove(RequiredAccess.TableName(table), out var signal)) signal.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
