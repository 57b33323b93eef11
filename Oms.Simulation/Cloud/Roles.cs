using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;

namespace Oms.Simulation.Cloud;

/// <summary>The handlers of the template's functions, for whoever runs them without their process.</summary>
internal static class Roles
{
    public static IFunctionRole Of(LocalFunction function, FunctionServices services) => function.Handler switch
    {
        "Oms.Orders" => Orders.Program.RoleOf(services),
        "Oms.Payments" => Payments.Program.RoleOf(services),
        "Oms.Inventory" => Inventory.Program.RoleOf(services),
        var other => throw new TemplateException($"the function {function.Name} has the handler {other}, which no service is"),
    };
}
