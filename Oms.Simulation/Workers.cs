using System.Runtime.ExceptionServices;

namespace Oms.Simulation;

/// <summary>Threads that share one list of work: a world belongs to the thread that it lives on.</summary>
internal static class Workers
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Returns when all work is done. What a piece of work throws is thrown here, and nothing new is begun after it.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="take">The next piece; null: there is none. Called by one thread at a time.</param>
    /// <param name="progress">Called every few seconds.</param>
    public static void Run(int threads, Func<Action?> take, Action progress)
    {
        var gate = new Lock();
        ExceptionDispatchInfo? broken = null;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        workers.ForEach(static worker => worker.Start());
        foreach (var worker in workers)
        {
            while (!worker.Join(BetweenLines))
            {
                progress();
            }
        }

        broken?.Throw();

        void Work()
        {
            while (Next() is { } work)
            {
                try
                {
                    work();
                }
#pragma warning disable CA1031 // thrown again where it is waited for
                catch (Exception fault)
#pragma warning restore CA1031
                {
                    lock (gate)
                    {
                        broken ??= ExceptionDispatchInfo.Capture(fault);
                    }
                }
            }
        }

        Action? Next()
        {
            lock (gate)
            {
                return broken is null ? take() : null;
            }
        }
    }

    /// <summary>Does the same with each of a list.</summary>
    public static void Run<T>(int threads, IEnumerable<T> all, Action<T> work, Action progress)
    {
        using var next = all.GetEnumerator();
        Run(threads, Take, progress);

        Action? Take()
        {
            if (!next.MoveNext())
            {
                return null;
            }

            var item = next.Current;
            return () => work(item);
        }
    }
}
