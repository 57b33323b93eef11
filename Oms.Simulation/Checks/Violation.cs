namespace Oms.Simulation.Checks;

/// <summary>A broken invariant.</summary>
/// <param name="Invariant">Its number: 1 durability, 2 idempotency, 3 no double charge, 4 no oversell, 5 closure, 6 money, 7 legal history, 8 events, 9 order, 10 liveness, 11 redriving, 12 payments in doubt, 13 isolation, 14 secrets, 15 two versions at once.</param>
internal sealed record Violation(int Invariant, string Text);
