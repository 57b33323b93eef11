using Oms.AppHost;
using Projects;

AppHostSettings.StartWhereTheyAre();
DistributedApplicationOptions options = new()
{
    Args = args,
    AllowUnsecuredTransport = true, // all of it listens on loopback: no development certificate
    DisableDashboard = !AppHostSettings.HasDashboard(args),
    EnableResourceLogging = true,
};
var builder = DistributedApplication.CreateBuilder(options);
using var stack = await LocalStack.PrepareAsync(builder, options);
if (stack is null)
    return 1;

// DynamoDB with its streams, and SNS with SQS: processes, containers, or embedded in one process of ours
var (dynamoDb, messaging) = builder.AddBackends(stack);

// The rest of the world: a payment gateway
var simulators = builder.AddLocalProject<Oms_Simulators>("simulators")
    .WithEnvironment("ASPNETCORE_URLS", LocalStack.Url(stack.Ports.Simulators))
    .WithLoopbackEndpoint(stack.Ports.Simulators, health: "/simulator/health");

// API Gateway, Lambda, event sources, schedules and permissions, as the template of Oms.Cloud says
var aws = builder.AddLocalProject<Oms_LocalAws>("localaws")
    .WithLocalAws(stack)
    .WithLoopbackEndpoint(stack.Ports.Api, health: "/local/health")
    .WaitForStart(dynamoDb)
    .WaitForStart(messaging);

// Orders: takes them in, decides their state, tells the customer
builder.AddFunction<Oms_Orders>("orders-api", stack).WaitForStart(aws);
builder.AddFunction<Oms_Orders>("orders-relay", stack).WaitForStart(aws);
builder.AddFunction<Oms_Orders>("orders-inbox", stack).WaitForStart(aws);
builder.AddFunction<Oms_Orders>("notifications", stack).WaitForStart(aws);

// Payments: authorises at the gateway
builder.AddFunction<Oms_Payments>("payments-api", stack).WaitForStart(aws);
builder.AddFunction<Oms_Payments>("payments-relay", stack).WaitForStart(aws);
builder.AddFunction<Oms_Payments>("payments-inbox", stack).WaitForStart(aws).WaitForStart(simulators);

// Inventory: holds all of an order's stock, or none
builder.AddFunction<Oms_Inventory>("inventory-api", stack).WaitForStart(aws);
builder.AddFunction<Oms_Inventory>("inventory-relay", stack).WaitForStart(aws);
builder.AddFunction<Oms_Inventory>("inventory-inbox", stack).WaitForStart(aws);

return await stack.RunAsync(builder.Build());
