using Oms.Simulation.Cloud;

namespace Oms.Simulation.Checks;

/// <summary>Two versions of the code at once: what only the newer one can have written stays as it is in whatever the older one writes.</summary>
internal sealed class VersionChecks(World world, Violations violations)
{
    public void Check(IReadOnlyList<ItemWrite> commit)
    {
        if (world.Versions is not { } versions || world.Acting is not { IsNewer: var isNewer } process)
        {
            return;
        }

        foreach (var write in commit)
        {
            var kind = $"{write.Table} {write.Item.Sort.Split('#', '/')[0]}";
            foreach (var name in versions.NewerNames)
            {
                if (isNewer && write.After?.Raw(name) is not null)
                {
                    world.Coverage.NewerAttribute("written", kind, name);
                }
                else if (!isNewer && write.Before?.Raw(name) is { } was)
                {
                    world.Coverage.NewerAttribute("carried", kind, name);
                    violations.Require(write.After?.Raw(name) == was, 15, () => $"{process.Name}, which is older code, made {name} of {kind} {world.Named(write.Item.Partition)} {write.After?.Raw(name) ?? "nothing"}, which newer code had set to {was}");
                }
            }
        }
    }
}
