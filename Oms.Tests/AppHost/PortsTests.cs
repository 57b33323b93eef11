using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Oms.AppHost;
using Oms.LocalAws.Backends;

namespace Oms.Tests.AppHost;

public sealed class PortsTests
{
    [Fact]
    public void Every_port_has_a_setting()
    {
        var ports = Ports.Read(Settings(("Ports:Api", "6080")));
        Assert.Equal(new Ports(6080, 2, 3, 4, 5, 6, 7, 8), ports);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("0")]
    [InlineData("65536")]
    public void A_setting_that_is_no_port_is_named(string value)
    {
        var problem = Assert.Throws<SetupException>(() => Ports.Read(Settings(("Ports:Messaging", value))));
        Assert.Contains("Ports:Messaging", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_port_for_two_things_is_said()
    {
        var problem = Assert.Throws<SetupException>(() => Ports.Read(Settings(("Ports:Aws", "5"))));
        Assert.Equal("Port 5 is set twice: Ports:Aws and Ports:Messaging.", problem.Message);
    }

    [Fact]
    public void A_port_that_is_in_use_is_named_with_its_setting()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var free = Enumerable.Range(0, 7).Select(_ => FreePort.Find()).ToArray();
        Ports ports = new(free[0], free[1], free[2], port, free[3], free[4], free[5], free[6]);
        var problem = Assert.Throws<SetupException>(() => ports.Hold());
        Assert.Contains($"Port {port} of 127.0.0.1 is in use", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Ports:DynamoDb", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_is_held_from_before_anything_listens_until_the_end_of_the_run()
    {
        var free = Enumerable.Range(0, 8).Select(_ => FreePort.Find()).ToArray();
        Ports ports = new(free[0], free[1], free[2], free[3], free[4], free[5], free[6], free[7]);
        using (ports.Hold())
        {
            var problem = Assert.Throws<SetupException>(() => ports.Hold());
            Assert.Contains($"Port {free[0]} of 127.0.0.1 is in use", problem.Message, StringComparison.Ordinal);
            Assert.Contains("Ports:Api", problem.Message, StringComparison.Ordinal);
        }
        using var again = ports.Hold();
    }

    [Fact]
    public void A_run_that_could_not_have_all_ports_holds_none()
    {
        var free = Enumerable.Range(0, 8).Select(_ => FreePort.Find()).ToArray();
        using (TcpListener taken = new(IPAddress.Loopback, free[7]))
        {
            taken.Start();
            Ports ports = new(free[0], free[1], free[2], free[3], free[4], free[5], free[6], free[7]);
            Assert.Throws<SetupException>(() => ports.Hold());
        }
        using HeldPorts held = new();
        Assert.All(free, port => Assert.True(held.TryHold(port)));
    }

    private static IConfiguration Settings(params (string Name, string Value)[] changes)
    {
        var names = new[] { "Api", "RuntimeApi", "Aws", "DynamoDb", "Messaging", "Simulators", "Dashboard", "Otlp" };
        return new ConfigurationBuilder()
            .AddInMemoryCollection(names.Select((name, index) => KeyValuePair.Create($"Ports:{name}", (string?)$"{index + 1}")))
            .AddInMemoryCollection(changes.Select(change => KeyValuePair.Create(change.Name, (string?)change.Value)))
            .Build();
    }
}
