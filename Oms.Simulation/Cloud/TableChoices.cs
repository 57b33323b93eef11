using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>What DynamoDB may do where it promises nothing: show an index late. (The services read items consistently.)</summary>
internal sealed class TableChoices(World world) : DynamoDbChoices
{
    private readonly Dice _dice = new(world.Seed, "tables");

    public override TimeSpan IndexLag(string table, string index, JsonElement key)
    {
        if (!world.Plan.Happens(Mishap.IndexLag, table))
        {
            return TimeSpan.FromMilliseconds(1 + _dice.Next(10));
        }

        world.Coverage.Fault(nameof(Mishap.IndexLag), table, "dynamodb.Query");
        return _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3));
    }
}
