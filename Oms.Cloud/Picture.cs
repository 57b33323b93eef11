namespace Oms.Cloud;

/// <summary>docs/architecture.svg, drawn from the lists that the template is made of: it shows what is there.</summary>
internal static class Picture
{
    private const int Width = 1000;
    private const int Margin = 24;
    private const int Gap = 20;
    private const int Step = 30;

    public static string Draw()
    {
        var svg = new Svg();
        var columns = Split(Names.Services.Length);
        var halves = Split(2);

        var magento = svg.Card(new Box(halves[0].X, Margin, halves[0].Width, Svg.HeightOf()), Icon.Caller, "plain", "Magento storefront", "each order, on every save of it");
        var others = svg.Card(new Box(halves[1].X, Margin, halves[1].Width, Svg.HeightOf()), Icon.Caller, "plain", "Operators, other shops", "native orders, questions");
        var door = svg.Card(new Box(Margin, magento.Bottom + Step, Width - (2 * Margin), Svg.HeightOf()),
            Icon.Door, "plain", "HTTP API", "API Gateway: JWT, one scope per route, throttle");
        svg.Arrow(magento.Place(0, 1), magento.Bottom, magento.Place(0, 1), door.Y, "plain");
        svg.Arrow(others.Place(0, 1), others.Bottom, others.Place(0, 1), door.Y, "plain");

        var apis = Functions.All.Where(row => row.Role is FunctionRole.Api).ToDictionary(row => row.Service, row => (row.Name, Rows: RoutesOf(row)));
        var apiHeight = apis.Values.Max(api => Svg.HeightOf(api.Rows));
        var tableTop = door.Bottom + Step + apiHeight + Step + 14;
        var topics = new Dictionary<string, Box>();
        var tables = new Dictionary<string, Box>();
        foreach (var (index, service) in Names.Services.Index())
        {
            var (x, width) = columns[index];
            var api = svg.Card(new Box(x, door.Bottom + Step, width, apiHeight), Icon.Function, service, apis[service].Name, "Lambda", apis[service].Rows);
            svg.Arrow(api.Place(0, 1), door.Bottom, api.Place(0, 1), api.Y, "plain");
            var table = tables[service] = svg.Card(new Box(x, tableTop, width, Svg.HeightOf()), Icon.Table, service, $"oms-{service}", "DynamoDB table");
            var relay = svg.Card(new Box(x, table.Bottom + Step, width, Svg.HeightOf()), Icon.Function, service, $"{service}-relay", "Lambda");
            var topic = topics[service] = svg.Card(new Box(x, relay.Bottom + Step, width, Svg.HeightOf()), Icon.Topic, service, $"oms-{service}", "SNS topic");
            svg.Arrow(table.Place(0, 1), table.Bottom, table.Place(0, 1), relay.Y, service);
            svg.Arrow(relay.Place(0, 1), relay.Bottom, relay.Place(0, 1), topic.Y, service);
        }

        foreach (var (from, to, access) in from api in apis from table in tables select (api.Key, table.Key, Access(api.Value.Name, table.Key)))
        {
            if (access is { } writes)
            {
                var (x, width) = columns[Array.IndexOf(Names.Services, from)];
                var start = from == to ? x + (width / 2) : x + (width * 0.8);
                var end = from == to ? tables[to].Place(0, 1) : tables[to].X + (tables[to].Width * 0.2);
                svg.Arrow(start, tableTop - Step - 14, end, tableTop, from, readsOnly: !writes);
            }
        }

        var bottom = DrawInboxes(svg, topics);
        svg.Note(Margin, bottom + 32, "Every queue has its dead letters (-dlq); what a topic cannot deliver goes to -undelivered; what a relay cannot publish goes to -quarantine.");
        svg.Note(Margin, bottom + 50, "Solid arrows carry writes and events, dashed ones reads only. Any other queue may be subscribed to a topic.");
        return svg.ToText(Width, (int)bottom + 50 + Margin, "Requests go through the HTTP API to the services' functions and tables; streams and topics carry events to the queues of the others.");
    }

    /// <summary>The lower half: each queue with the events that it is sent, and the function that consumes it.</summary>
    private static double DrawInboxes(Svg svg, Dictionary<string, Box> topics)
    {
        var columns = Split(Inboxes.All.Length);
        var top = topics.Values.Max(topic => topic.Bottom) + 92;
        var contents = Inboxes.All.Select(ContentsOf).ToArray();
        var height = contents.Max(Svg.HeightOf);
        var bottom = 0.0;
        foreach (var (index, inbox) in Inboxes.All.Index())
        {
            var (x, width) = columns[index];
            var function = Functions.All.Single(row => row.Name == inbox.Function);
            var queue = svg.Card(new Box(x, top, width, height), Icon.Queue, function.Service, inbox.Name, "SQS", contents[index]);
            var writes = new Row($"writes {string.Join(", ", Names.Services.Where(service => Access(function.Name, service) == true).Select(service => $"oms-{service}"))}");
            var consumer = svg.Card(new Box(x, queue.Bottom + Step, width, Svg.HeightOf(writes)), Icon.Function, function.Service, inbox.Function, "Lambda", writes);
            svg.Arrow(queue.Place(0, 1), queue.Bottom, queue.Place(0, 1), consumer.Y, function.Service);
            bottom = consumer.Bottom;

            var incoming = Subscriptions.All.Where(row => row.Inbox == inbox.Name).OrderBy(row => topics[row.Service].X).ToArray();
            foreach (var (place, subscription) in incoming.Index())
            {
                var outgoing = Subscriptions.All.Where(row => row.Service == subscription.Service).OrderBy(row => ColumnOf(row.Inbox)).ToArray();
                var topic = topics[subscription.Service];
                svg.Arrow(topic.Place(Array.IndexOf(outgoing, subscription), outgoing.Length), topic.Bottom, queue.Place(place, incoming.Length), queue.Y, subscription.Service);
            }
        }

        return bottom;
    }

    private static Row[] RoutesOf(FunctionRow function) =>
    [
        .. HttpApi.Routes.Where(route => route.Function == function.Name).GroupBy(route => route.Scope ?? "no token").SelectMany(routes => (Row[])
        [
            new Row(routes.Key, function.Service),
            .. routes.Select(route => new Row(route.Key == "$default" ? "anything else: 404 or 405" : route.Key)),
        ]),
    ];

    private static Row[] ContentsOf(InboxRow inbox) =>
    [
        .. Subscriptions.All.Where(row => row.Inbox == inbox.Name).SelectMany(row => (Row[])
        [
            new Row($"from oms-{row.Service}{(row.Payer is null ? "" : $", payer {row.Payer}")}", row.Service),
            .. row.Types.Select(type => new Row(type)),
        ]),
        .. Clocks.All.Where(row => row.Inbox == inbox.Name).SelectMany(row => (Row[]) [new Row(row.Name, "plain"), new Row("every minute: what is due?")]),
    ];

    /// <summary>True: writes; false: reads only; nothing: has no business there.</summary>
    private static bool? Access(string function, string table)
    {
        var actions = Permissions.All.Where(grant => grant.Function == function && grant.Target == new Target(TargetKind.Table, table)).SelectMany(grant => grant.Actions).ToArray();
        return actions is [] ? null : actions.Any(action => action is "dynamodb:PutItem" or "dynamodb:UpdateItem");
    }

    private static int ColumnOf(string inbox) => Array.FindIndex(Inboxes.All, row => row.Name == inbox);

    private static (double X, double Width)[] Split(int columns)
    {
        var width = (Width - (2.0 * Margin) - (Gap * (columns - 1))) / columns;
        return [.. Enumerable.Range(0, columns).Select(column => (Math.Round(Margin + (column * (width + Gap)), 1), Math.Round(width, 1)))];
    }
}
