using System.Globalization;
using CsCheck;
using Oms.Contracts;
using Oms.Inventory;

namespace Oms.Tests.Inventory;

/// <summary>
/// Random orders on few SKUs; their events duplicated, reordered, dropped and asked for again; stock set in between; the clock running; big reservations stopped half way.
/// After every step: 0 ≤ reserved ≤ on hand, and reserved is the sum of what live reservations hold. At the end every order has what its last state wants.
/// </summary>
public sealed class StockModelTests
{
    private const int Orders = 4;
    private const int Skus = 3;

    private static readonly Gen<OrderState[]> Life =
        from holding in Gen.OneOf(OrderState.AwaitingPayment, OrderState.Review).Array[0, 2]
        from end in Gen.OneOf<OrderState[]>([], [OrderState.Confirmed], [OrderState.Confirmed, OrderState.Review], [OrderState.Confirmed, OrderState.Review, OrderState.Cancelled], [OrderState.Cancelled], [OrderState.Rejected], [OrderState.Confirmed, OrderState.Completed])
        select (OrderState[])[OrderState.Received, .. holding, .. end];

    private static readonly Gen<StockLine[]> Lines =
        from count in Gen.Frequency<int>((1, Gen.Const(0)), (10, Gen.Int[1, 3]), (1, Gen.Int[100, 210]))
        from lines in Gen.Select(Gen.Int[0, Skus - 1], Gen.Int[1, 60_000], static (sku, quantity) => new StockLine("S" + sku.ToString(CultureInfo.InvariantCulture), quantity / 10_000m)).Array[count]
            // A big order has its own SKUs, plentiful except that the contended ones stand among them.
        select lines.Length < 100 ? lines : [.. lines.Select(static (line, index) => index is 30 or 130 ? line : new StockLine("B" + index.ToString("D3", CultureInfo.InvariantCulture), 1))];

    private static readonly Gen<Operation> Operations = Gen.Frequency<Operation>(
        (8, Gen.Select(Gen.Int[0, Orders - 1], Gen.Int[0, 5], Gen.Bool, static (order, version, ask) => (Operation)new Operation.Deliver(order, version, ask))),
        (6, Gen.Int[0, Orders - 1].Select(static order => (Operation)new Operation.GoOn(order))),
        (2, Gen.Select(Gen.Int[0, Skus - 1], Gen.Int[0, 120_000], static (sku, onHand) => (Operation)new Operation.Set("S" + sku.ToString(CultureInfo.InvariantCulture), onHand / 10_000m))),
        (2, Gen.Int[0, Orders - 1].Select(static order => (Operation)new Operation.Look(order))),
        (1, Gen.Int[1, 30].Select(static hours => (Operation)new Operation.Wait(TimeSpan.FromHours(hours)))));

    [Fact]
    public void Nothing_is_oversold_and_nothing_is_held_without_a_reservation() =>
        Gen.Select(Gen.Select(Life, Lines).Array[Orders], Operations.Array[0, 60]).Sample(
            static (orders, operations) =>
            {
                var world = new World(orders);
                foreach (var operation in operations)
                {
                    world.Do(operation);
                }

                world.Finish();
            },
            iter: 3_000);

    internal abstract record Operation
    {
        public sealed record Deliver(int Order, int Version, bool Ask) : Operation;

        /// <summary>Takes up what was left half done.</summary>
        public sealed record GoOn(int Order) : Operation;

        public sealed record Set(string Sku, decimal OnHand) : Operation;

        public sealed record Look(int Order) : Operation;

        public sealed record Wait(TimeSpan Time) : Operation;
    }

    private sealed class World((OrderState[] States, StockLine[] Lines)[] orders)
    {
        private readonly Reservation?[] _heads = new Reservation?[orders.Length];
        private readonly Dictionary<string, (decimal OnHand, decimal Reserved)> _rows = orders
            .SelectMany(static order => order.Lines).Where(static line => line.Sku[0] == 'B').Select(static line => line.Sku).Distinct()
            .ToDictionary(static sku => sku, static _ => (100m, 0m));

        private DateTimeOffset _now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

        public void Do(Operation operation)
        {
            switch (operation)
            {
                case Operation.Deliver deliver:
                    Write(deliver.Order, ReserveStock.Decide(_heads[deliver.Order], Event(deliver.Order, Math.Min(deliver.Version, orders[deliver.Order].States.Length - 1)), _now));
                    break;
                case Operation.GoOn going:
                    Write(going.Order, _heads[going.Order] is { Aim: not null } unfinished ? unfinished : null);
                    break;
                case Operation.Set set when !_rows.TryGetValue(set.Sku, out var row) || row.Reserved <= set.OnHand:
                    _rows[set.Sku] = (set.OnHand, _rows.GetValueOrDefault(set.Sku).Reserved);
                    break;
                case Operation.Look look:
                    Write(look.Order, ReservationDue.Decide(_heads[look.Order], _now) switch
                    {
                        ReservationDue.Outcome.Write write => write.Next,
                        ReservationDue.Outcome.Ask ask => ask.Next with { Asked = ReservationDue.MostQuestions }, // a day of them, unanswered
                        _ => null,
                    });
                    break;
                case Operation.Wait wait:
                    _now += wait.Time;
                    break;
                default:
                    break;
            }
        }

        /// <summary>Everybody is heard at last, in the end with the newest version, as asking guarantees.</summary>
        public void Finish()
        {
            for (var order = 0; order < orders.Length; order++)
            {
                for (var heard = 0; heard < 2; heard++)
                {
                    Do(new Operation.Deliver(order, int.MaxValue, Ask: true));
                    while (_heads[order]!.Aim is not null)
                    {
                        Do(new Operation.GoOn(order));
                    }
                }

                var head = _heads[order]!;
                var last = orders[order].States[^1];
                Assert.Equal(orders[order].States.Length, head.OrderVersion);
                Assert.True(last switch
                {
                    OrderState.Cancelled or OrderState.Rejected => head.Status is StockStatus.Released && head.Taken == 0,
                    OrderState.Confirmed => head.Status is StockStatus.Committed or StockStatus.Lost,
                    OrderState.Completed => true,
                    _ => head.Status is StockStatus.Held or StockStatus.Refused or StockStatus.Committed or StockStatus.Lost,
                });
                Assert.Equal(head.Status is StockStatus.Held or StockStatus.Committed ? head.Parts : 0, head.Taken);
            }
        }

        private OrderEvent Event(int order, int index) => Given.Order(index + 1, orders[order].States[index], orders[order].Lines, "ord_" + order.ToString(CultureInfo.InvariantCulture));

        private void Write(int order, Reservation? target)
        {
            if (target is null)
            {
                return;
            }

            var shelf = Given.Shelf(_rows.Select(static row => (row.Key, row.Value.OnHand - row.Value.Reserved)));
            var before = _heads[order]?.Version ?? 0;
            var step = target.Advance(shelf, _now);
            foreach (var unit in step.Units)
            {
                var row = _rows[unit.Sku];
                _rows[unit.Sku] = row with { Reserved = row.Reserved + (step.Sign * unit.Quantity) };
            }

            _heads[order] = step.Next;
            Assert.Equal(before + 1, step.Next.Version);
            Assert.True(step.Units.Count <= Reservation.PartSize);
            Check();
        }

        private void Check()
        {
            var held = _heads.OfType<Reservation>()
                .SelectMany(static head => head.Lines.Take(head.Taken * Reservation.PartSize))
                .GroupBy(static line => line.Sku)
                .ToDictionary(static sku => sku.Key, static sku => sku.Sum(static line => line.Quantity));
            foreach (var (sku, row) in _rows)
            {
                Assert.InRange(row.Reserved, 0, row.OnHand);
                Assert.Equal(held.GetValueOrDefault(sku), row.Reserved);
            }
        }
    }
}
