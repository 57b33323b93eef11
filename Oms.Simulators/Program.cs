using Oms.Simulators;

var app = SimulatorHost.Build(args);
await app.RunAsync();
