using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>What DynamoDB may do where it promises nothing: show an index late, and show an item as it was before to whoever does not ask for a consistent read (the services do).</summary>
internal sealed class TableChoices(World world) : DynamoDbChoices
{
    private readonly Dice _dice = new(world.Seed, "tables");

    public override TimeSpan IndexLag(string table, string index, JsonElement key) => world.GoesWrong(Mishap.IndexLag, table, "dynamodb.Query")
        ? _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3))
        : TimeSpan.FromMilliseconds(1 + _dice.Next(10));

    public override bool ReadsStale(string table, JsonElement key) => _dice.Chance(0.3);
}
