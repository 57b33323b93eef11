using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Oms.Simulation.CrashPoints;

/// <summary>
/// Every place in the services' own code that calls something which ends at the HTTP seam: a store, the tables, the publisher, a queue, the payment gateway, an AWS client.
/// They are read from the compiled code (ECMA-335, partition III), so that none can be forgotten; which of them a call came by is read from its stack.
/// </summary>
internal sealed class CallSites
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What a call has to be awaited of to be one that reaches the seam, by the name of the type that declares it.</summary>
    private static readonly HashSet<string> Seams = new(StringComparer.Ordinal)
    {
        "OrderStore", "PaymentStore", "InventoryStore", "PaymentInstruments", "DynamoTable", "EventPublisher", "InboxQueue", "IPaymentGateway", "SimulatedGateway",
        "IAmazonDynamoDB", "IAmazonSimpleNotificationService", "IAmazonSQS", "HttpClient",
    };

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToDictionary(static code => code.Value);

    private readonly Dictionary<MethodBase, List<Site>> _byMethod = [];

    public CallSites(params IEnumerable<Assembly> assemblies)
    {
        foreach (var method in assemblies.SelectMany(static assembly => assembly.GetTypes()).SelectMany(MethodsOf))
        {
            foreach (var (offset, callee) in CallsOf(method).Where(static call => IsSeam(call.Callee)))
            {
                (_byMethod.TryGetValue(method, out var sites) ? sites : _byMethod[method] = []).Add(new Site(offset, callee.Name, $"{NameOf(method)}: {callee.DeclaringType!.Name}.{callee.Name}"));
            }
        }

        // Several of one kind in one method are told apart by their number.
        foreach (var alike in _byMethod.Values.SelectMany(static sites => sites).GroupBy(static site => site.Name, StringComparer.Ordinal).Where(static alike => alike.Count() > 1).ToList())
        {
            foreach (var (site, number) in alike.Select(static (site, index) => (site, index + 1)))
            {
                site.Name += $" #{number}";
            }
        }
    }

    public static CallSites OfServices { get; } = new(typeof(Orders.Program).Assembly, typeof(Payments.Program).Assembly, typeof(Inventory.Program).Assembly, typeof(ServiceDefaults.IFunctionRole).Assembly);

    public IReadOnlyList<string> All => [.. _byMethod.Values.SelectMany(static sites => sites).Select(static site => site.Name).Order(StringComparer.Ordinal)];

    /// <summary>The sites on the stack of whoever calls this. A method that was resumed has lost its callers, which were seen when they called.</summary>
    public IEnumerable<string> OnStack()
    {
        var frames = new StackTrace(1, fNeedFileInfo: false).GetFrames();
        for (var i = 1; i < frames.Length; i++)
        {
            if (frames[i].GetMethod() is { } method && _byMethod.TryGetValue(method, out var sites) && frames[i - 1].GetMethod()?.Name is { } callee)
            {
                // A frame stands at the call or at the statement that holds it; of several alike it is the first from there.
                var alike = sites.FindAll(site => site.Callee == callee);
                if (alike is [var only] || (only = alike.Find(site => site.Offset >= frames[i].GetILOffset())) is not null)
                {
                    yield return only.Name;
                }
            }
        }
    }

    private static bool IsSeam(MethodBase callee) =>
        callee is MethodInfo { DeclaringType: { } type } method && Seams.Contains(type.Name) && typeof(Task).IsAssignableFrom(method.ReturnType);

    private static IEnumerable<MethodBase> MethodsOf(Type type) => [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];

    /// <summary>"OrderStore.FindAsync", whatever the compiler has made of it.</summary>
    private static string NameOf(MethodBase method)
    {
        var type = method.DeclaringType!;
        var name = method.Name;
        while (type.IsNested && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
        {
            name = name.StartsWith('<') ? name : type.Name;
            type = type.DeclaringType!;
        }

        // "<FindAsync>d__3", "<<Inbox>b__0>d", "<Inbox>b__4_1", "<Inbox>g__Stock|4_0"
        while (name.StartsWith('<'))
        {
            name = name[1..name.LastIndexOf('>')];
        }

        return $"{type.Name}.{name}";
    }

    private static IEnumerable<(int Offset, MethodBase Callee)> CallsOf(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        var (types, methods) = (method.DeclaringType!.GetGenericArguments(), method.IsGenericMethodDefinition ? method.GetGenericArguments() : []);
        for (var at = 0; at < code.Length;)
        {
            var start = at;
            var op = code[at] == 0xFE ? OpCodesByValue[unchecked((short)(0xFE00 | code[at + 1]))] : OpCodesByValue[code[at]];
            at += op.Size;
            if (op.OperandType == OperandType.InlineMethod && (op == OpCodes.Call || op == OpCodes.Callvirt))
            {
                if (method.Module.ResolveMethod(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)), types, methods) is { } callee)
                {
                    yield return (start, callee);
                }
            }

            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
                _ => 4,
            };
        }
    }

    private sealed class Site(int offset, string callee, string name)
    {
        public int Offset => offset;

        public string Callee => callee;

        public string Name { get; set; } = name;
    }
}
