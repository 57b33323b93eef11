using System.Globalization;
using Microsoft.Extensions.Configuration;
using Oms.LocalAws.Backends;

namespace Oms.AppHost;

/// <summary>Where everything listens on 127.0.0.1: section Ports of appsettings.json, <c>--Ports:Api=…</c> or <c>Ports__Api</c>.</summary>
internal sealed record Ports(int Api, int RuntimeApi, int Aws, int DynamoDb, int Messaging, int Simulators, int Dashboard, int Otlp)
{
    private (string Name, int Number)[] All =>
    [
        (nameof(Api), Api), (nameof(RuntimeApi), RuntimeApi), (nameof(Aws), Aws), (nameof(DynamoDb), DynamoDb),
        (nameof(Messaging), Messaging), (nameof(Simulators), Simulators), (nameof(Dashboard), Dashboard), (nameof(Otlp), Otlp),
    ];

    public static Ports Read(IConfiguration configuration)
    {
        Ports ports = new(Port(nameof(Api)), Port(nameof(RuntimeApi)), Port(nameof(Aws)), Port(nameof(DynamoDb)),
            Port(nameof(Messaging)), Port(nameof(Simulators)), Port(nameof(Dashboard)), Port(nameof(Otlp)));
        return ports.All.GroupBy(port => port.Number).FirstOrDefault(group => group.Count() > 1) is { } clash
            ? throw new SetupException($"Port {clash.Key} is set twice: {string.Join(" and ", clash.Select(port => $"Ports:{port.Name}"))}.")
            : ports;

        int Port(string name) =>
            int.TryParse(configuration[$"Ports:{name}"], CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536
                ? number
                : throw new SetupException($"Setting Ports:{name} is '{configuration[$"Ports:{name}"]}', not a port number (appsettings.json, --Ports:{name}=… or Ports__{name}).");
    }

    /// <summary>Before anything starts: a port that cannot be had is named with its setting.</summary>
    public HeldPorts Hold()
    {
        HeldPorts held = new();
        foreach (var (name, number) in All)
        {
            if (held.TryHold(number) && FreePort.IsFree(number))
                continue;
            held.Dispose();
            throw new SetupException($"Port {number} of 127.0.0.1 is in use (is Oms running already?): stop what uses it, or set Ports:{name}, for example --Ports:{name}={number + 1000}.");
        }
        return held;
    }
}
