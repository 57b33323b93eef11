using Oms.LocalAws.Templates;
using Oms.ServiceDefaults;

namespace Oms.Simulation.Cloud;

/// <summary>The handlers of the template's functions, for whoever runs them without their process.</summary>
internal static class Roles
{
    public static IFunctionRole Of(LocalFunction function, FunctionServices services) => Of(function.Handler, services);

    /// <param name="handler">As the template names it.</param>
    public static IFunctionRole Of(string handler, FunctionServices services) => handler switch
    {
        "Oms.Orders" => Orders.Program.RoleOf(services),
        "Oms.Payments" => Payments.Program.RoleOf(services),
        "Oms.Inventory" => Inventory.Program.RoleOf(services),
        var other => throw new TemplateException($"the template has the handler {other}, which no service is"),
    };
}
