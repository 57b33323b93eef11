using System.Text.Json;
using Oms.LocalAws.Proxy;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.CrashPoints;

/// <summary>
/// The plays that together make every call that the services can make. A point belongs to the first play that reaches it, so the quick ones come first; most end after a quarter of an hour, because every tick of a clock asks each partition of what is due.
/// Add one where a new call site is not reached.
/// </summary>
internal static class Plays
{
    /// <summary>When the first order is placed: the clerks have counted by then.</summary>
    public static readonly TimeSpan Opening = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly string[] Tokens = ["sim_approve", "sim_decline_insufficient_funds", "sim_slow", "sim_error", "sim_lost"];

    public static IReadOnlyList<Play> All { get; } =
    [
        .. Native(),
        .. Magento(),
        .. Mishaps(),
        .. Outages(),
    ];

    private static IEnumerable<Play> Native()
    {
        // The order is asked about after two minutes, the reservation's first expiry comes after two hours.
        yield return new Play("native, paid later", TimeSpan.FromHours(2.5), static stage =>
        {
            stage.Count(5, Stage.Skus(2));
            stage.Look(stage.Shop("purchaseorder", null, Stage.Skus(2)), Minute);
            stage.LookAtStock("SKU-1");
        });
        foreach (var token in Tokens)
        {
            yield return new Play($"native, {token}", Short, stage =>
            {
                stage.Count(5, Stage.Skus(1));
                stage.Look(stage.Shop("card", token, Stage.Skus(1)), Minute);
            });
        }

        yield return new Play("native, the stock is short", Short, static stage =>
        {
            stage.Count(0, Stage.Skus(1));
            stage.Shop("card", "sim_approve", Stage.Skus(1));
        });
        yield return new Play("native, more lines than a head holds", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(12));
            stage.Look(stage.Shop("card", "sim_approve", Stage.Skus(12)), Minute);
        });
        yield return new Play("native, a document is erased and the stream read again", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(11));
            stage.Shop("purchaseorder", null, Stage.Skus(11));
        })
        {
            Afterwards = EraseDocuments,
            Expect = static stage => stage.World.Messages("orders-quarantine").Count > 0 ? null : "what cannot be told any more lies in no quarantine",
        };
    }

    private static IEnumerable<Play> Magento()
    {
        yield return new Play("magento, paid and posted again", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(2));
            var order = stage.Magento("quote", Stage.Skus(2));
            stage.Post(order, TimeSpan.Zero, "processing", isPaid: true);
            stage.Post(order, Minute, "processing", isPaid: true);
            stage.Look(order, Minute);
        });
        yield return new Play("magento, paid after a while", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            var order = stage.Magento("quote", Stage.Skus(1));
            stage.Post(order, TimeSpan.Zero, "pending_payment", isPaid: false);
            stage.Post(order, Minute, "processing", isPaid: true);
        });
        yield return new Play("magento, cancelled, and its quote ordered once more", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            var first = stage.Magento("quote", Stage.Skus(1));
            stage.Post(first, TimeSpan.Zero, "pending_payment", isPaid: false);
            stage.Post(first, Minute, "canceled", isPaid: false);
            stage.Post(stage.Magento("quote", Stage.Skus(1)), 2 * Minute, "processing", isPaid: true);
        });
        yield return new Play("magento, two of one quote, short", Short, static stage =>
        {
            stage.Count(1, Stage.Skus(1));
            var first = stage.Magento("quote", Stage.Skus(1));
            var second = stage.Magento("quote", Stage.Skus(1));
            (first.Twin, second.Twin) = (second, first);
            stage.Post(first, TimeSpan.Zero, "processing", isPaid: true);
            stage.Post(second, Minute, "processing", isPaid: true);
        });
        yield return new Play("magento, over before it was heard of", Short, static stage => stage.Post(stage.Magento("quote", Stage.Skus(1)), TimeSpan.Zero, "complete", isPaid: true));
        yield return new Play("magento, changed more often than a head remembers", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            var order = stage.Magento("quote", Stage.Skus(1));
            for (var change = 0; change <= 24; change++)
            {
                stage.Post(order, change * TimeSpan.FromSeconds(20), "processing", isPaid: true, changes: change);
            }

            stage.Look(order, 10 * Minute);
        });
        yield return new Play("magento, a document of two items", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            stage.Post(stage.Magento("quote", Stage.Skus(1)), TimeSpan.Zero, "processing", isPaid: true, comment: Incompressible(900_000));
        });
        yield return new Play("magento, more lines than a transaction takes, then cancelled", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(120));
            var order = stage.Magento("quote", Stage.Skus(120));
            stage.Post(order, TimeSpan.Zero, "processing", isPaid: true);
            stage.Post(order, Minute, "canceled", isPaid: true);
        });
        yield return new Play("magento, more lines than a transaction takes, the last is short", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(119));
            stage.Count(0, "SKU-120");
            stage.Post(stage.Magento("quote", Stage.Skus(120)), TimeSpan.Zero, "processing", isPaid: true);
        });
        yield return new Play("magento, never paid", TimeSpan.FromHours(12), static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            stage.Post(stage.Magento("quote", Stage.Skus(1)), TimeSpan.Zero, "pending_payment", isPaid: false);
        });
        yield return new Play("magento, paid when it was overdue", TimeSpan.FromHours(12), static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            var order = stage.Magento("quote", Stage.Skus(1));
            stage.Post(order, TimeSpan.Zero, "pending_payment", isPaid: false);
            stage.Post(order, TimeSpan.FromHours(11), "processing", isPaid: true);
        });
    }

    private static IEnumerable<Play> Mishaps()
    {
        yield return new Play("everything comes twice, one by one", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(11));
            stage.Shop("card", "sim_slow", Stage.Skus(2));
            stage.Shop("card", "sim_approve", Stage.Skus(11));
        })
        {
            Happens = static (mishap, _, elapsed) => mishap is Mishap.Duplicate or Mishap.Split && elapsed < Opening + Minute,
        };
        yield return new Play("an answer lies among the dead letters until the end", TimeSpan.FromHours(1), PaidLater)
        {
            Happens = static (mishap, where, elapsed) => mishap == Mishap.DeliveryRefused && where == "orders-inbox" && elapsed < Opening + TimeSpan.FromSeconds(30),
        };
        yield return new Play("two messages of one order in one batch, and nobody is told at first", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            var order = stage.Magento("quote", Stage.Skus(1));
            stage.Post(order, TimeSpan.Zero, "processing", isPaid: true);
            stage.Post(order, TimeSpan.FromSeconds(3), "canceled", isPaid: true);
        })
        {
            Happens = static (mishap, where, elapsed) => mishap == Mishap.Stall && where == "notifications-inbox" && elapsed < Opening + TimeSpan.FromSeconds(3),
            FaultOf = static (call, elapsed) => call.Function == "notifications" && elapsed < Opening + Minute ? Fault.Throttle : Fault.None,
        };
        yield return new Play("a worker falls asleep between its lease and its call", Short, PaidByCard)
        {
            FaultOf = static (call, elapsed) => call is { Function: "payments-inbox", Target: "oms-payments instrument" } && elapsed < Opening + TimeSpan.FromSeconds(5) ? Fault.Freeze : Fault.None,
        };
        yield return new Play("messages that nobody can read", Short, static stage =>
        {
            stage.Count(5, Stage.Skus(1));
            stage.Shop("purchaseorder", null, Stage.Skus(1));
            foreach (var source in stage.World.Queues)
            {
                stage.At(Opening, () => stage.World.SendMessage("nobody", source.Queue, "poison: no JSON"));
            }
        });
    }

    private static IEnumerable<Play> Outages()
    {
        yield return new Play("the gateway holds the money and is away until the payment is overdue", TimeSpan.FromHours(2), PaidByCard)
        {
            FaultOf = static (call, elapsed) => !call.Operation.StartsWith("gateway.", StringComparison.Ordinal) || elapsed > TimeSpan.FromMinutes(50) ? Fault.None
                : elapsed < Opening + TimeSpan.FromSeconds(5) ? Fault.AnswerLost
                : Fault.Down,
        };
        yield return new Play("the gateway is away until the payment is overdue", TimeSpan.FromHours(2), PaidByCard)
        {
            FaultOf = static (call, elapsed) => call.Operation == "gateway.Authorise" && elapsed < TimeSpan.FromMinutes(50) ? Fault.Lost : Fault.None,
        };
        yield return new Play("an authorisation arrives when all have given up", TimeSpan.FromHours(5), PaidByCard)
        {
            FaultOf = static (call, elapsed) => call.Operation == "gateway.Authorise" && elapsed < TimeSpan.FromMinutes(50) ? Fault.Late : Fault.None,
            Lateness = TimeSpan.FromMinutes(75),
        };
        yield return new Play("money that comes too late cannot be given back at once", TimeSpan.FromHours(5), PaidByCard)
        {
            FaultOf = static (call, elapsed) => (call.Operation, elapsed.TotalMinutes) switch
            {
                ("gateway.Authorise", < 50) => Fault.Late,
                ("gateway.Void", < 180) => Fault.Lost,
                _ => Fault.None,
            },
            Lateness = TimeSpan.FromMinutes(75),
        };
        yield return new Play("money comes too late, and the last look is not answered", TimeSpan.FromHours(5), PaidByCard)
        {
            FaultOf = static (call, elapsed) => (call.Operation, elapsed.TotalMinutes) switch
            {
                ("gateway.Authorise", < 50) => Fault.Late,
                ("gateway.Find", > 80 and < 140) => Fault.Lost,
                _ => Fault.None,
            },
            Lateness = TimeSpan.FromMinutes(75),
        };
        yield return new Play("orders and inventory do not hear each other until a reservation expires", TimeSpan.FromHours(4), PaidLater)
        {
            Happens = Deaf(TimeSpan.FromMinutes(140), "orders-inbox", "inventory-inbox"),
        };
        yield return new Play("payments hears nothing until a reservation expires", TimeSpan.FromHours(4), PaidByCard)
        {
            Happens = Deaf(TimeSpan.FromMinutes(140), "payments-inbox"),
        };
        yield return new Play("SNS is away for nearly two days, and a reservation expires", TimeSpan.FromHours(46), PaidLater)
        {
            IsLong = true,
            FaultOf = static (call, elapsed) => call.Operation == "sns.PublishBatch" && elapsed > Opening + TimeSpan.FromMilliseconds(200) && elapsed < TimeSpan.FromHours(44) ? Fault.Down : Fault.None,
        };
        yield return new Play("orders and inventory do not hear each other for nearly two days", TimeSpan.FromHours(46), PaidLater)
        {
            IsLong = true,
            Happens = Deaf(TimeSpan.FromHours(44), "orders-inbox", "inventory-inbox"),
        };
    }

    private static void PaidByCard(Stage stage)
    {
        stage.Count(5, Stage.Skus(1));
        stage.Shop("card", "sim_approve", Stage.Skus(1));
    }

    private static void PaidLater(Stage stage)
    {
        stage.Count(5, Stage.Skus(1));
        stage.Shop("purchaseorder", null, Stage.Skus(1));
    }

    /// <summary>From shortly after the opening SNS can deliver nothing to these queues.</summary>
    private static Func<Mishap, string, TimeSpan, bool> Deaf(TimeSpan until, params string[] queues) =>
        (mishap, where, elapsed) => mishap == Mishap.DeliveryFails && elapsed > Opening + TimeSpan.FromMilliseconds(200) && elapsed < until && queues.Contains(where, StringComparer.Ordinal);

    /// <summary>An operator erases what names a person.</summary>
    private static void EraseDocuments(Stage stage)
    {
        foreach (var (table, partition, sort) in stage.World.Tables.All.Select(static entry => entry.Key).Where(static key => key.Sort.StartsWith("doc#", StringComparison.Ordinal)).ToList())
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { TableName = table, Key = new { pk = new { S = partition }, sk = new { S = sort } } });
            using var call = new AwsCall("operator", AwsService.DynamoDb, "DeleteItem", body);
            stage.World.Call(call);
        }
    }

    /// <summary>Letters only: digits could be taken for a card's number and removed.</summary>
    private static string Incompressible(int length)
    {
        var dice = new Dice(1, "comment");
        return string.Create(length, dice, static (text, dice) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)((dice.Next(2) == 0 ? 'a' : 'A') + dice.Next(26));
            }
        });
    }
}
