using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Oms.Contracts;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>
/// The table of contents of an inbox function: one line per event type.
/// Handlers are safe twice and safe late; an exception means "deliver again".
/// </summary>
public sealed class InboxTable
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Types => _entries.Keys;

    public InboxTable On(string type, string useCase, Func<OrderEvent, CancellationToken, Task> handler) => Add(type, useCase, ContractsJson.Default.OrderEvent, static message => message.OrderId, static message => message.TraceParent, handler);

    public InboxTable On(string type, string useCase, Func<StockEvent, CancellationToken, Task> handler) => Add(type, useCase, ContractsJson.Default.StockEvent, static message => message.OrderId, static message => message.TraceParent, handler);

    public InboxTable On(string type, string useCase, Func<PaymentEvent, CancellationToken, Task> handler) => Add(type, useCase, ContractsJson.Default.PaymentEvent, static message => message.OrderId, static message => message.TraceParent, handler);

    public InboxTable On(string type, string useCase, Func<DueMessage, CancellationToken, Task> handler) => Add(type, useCase, ContractsJson.Default.DueMessage, static message => message.OrderId ?? "", static message => message.TraceParent, handler);

    /// <summary>Order events that are decided together, so that one write serves many; the handler returns the ids of the messages to deliver again.</summary>
    public InboxTable OnBatch(IEnumerable<string> types, string useCase, Func<IReadOnlyList<InboxMessage<OrderEvent>>, CancellationToken, Task<IReadOnlyList<string>>> handler)
    {
        var batch = new BatchEntry(useCase, handler);
        foreach (var type in types)
        {
            _entries.Add(type, batch);
        }

        return this;
    }

    internal Entry? Find(string type) => _entries.GetValueOrDefault(type);

    private InboxTable Add<T>(string type, string useCase, JsonTypeInfo<T> json, Func<T, string> orderId, Func<T, string?> traceParent, Func<T, CancellationToken, Task> handler)
        where T : class
    {
        _entries.Add(type, new SingleEntry(useCase, body =>
        {
            var message = JsonSerializer.Deserialize(body, json) ?? throw new JsonException("The message is null");
            return new SingleCall(orderId(message), traceParent(message), message is OmsEvent { Id: var id } ? id : null, cancellation => handler(message, cancellation));
        }));
        return this;
    }

    internal abstract record Entry(string UseCase);

    internal sealed record SingleEntry(string UseCase, Func<string, SingleCall> Read) : Entry(UseCase);

    internal sealed record SingleCall(string OrderId, string? TraceParent, string? EventId, Func<CancellationToken, Task> RunAsync);

    internal sealed record BatchEntry(string UseCase, Func<IReadOnlyList<InboxMessage<OrderEvent>>, CancellationToken, Task<IReadOnlyList<string>>> Handler) : Entry(UseCase);
}

/// <summary>A message as a use case sees it.</summary>
/// <param name="Id">The queue's message id.</param>
/// <param name="Receives">1 on first delivery.</param>
/// <param name="Span">The message's own span: <see cref="Telemetry.FunctionTelemetry.Within"/> it a batch logs what concerns this message alone.</param>
public sealed record InboxMessage<T>(string Id, T Body, int Receives, Activity? Span = null);
