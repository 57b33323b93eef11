using System.Globalization;
using System.Xml.Linq;

namespace Oms.Cloud;

/// <summary>The few shapes that the picture is made of. Colours are classes, so that light and dark differ in the style sheet only.</summary>
internal sealed class Svg
{
    private const int LineHeight = 17;
    private const int TitleHeight = 34;
    private const int Padding = 12;

    private static readonly XNamespace Ns = "http://www.w3.org/2000/svg";

    private const string Style = """
        text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; font-size: 11.5px; fill: #1f2933; }
        .title { font-size: 13px; font-weight: 600; }
        .soft { fill: #5b6875; }
        .end { text-anchor: end; }
        .head { font-weight: 600; font-size: 11px; }
        .paper { fill: #f6f8fa; }
        .card { fill: #ffffff; stroke: #cbd3dc; }
        .plain { stroke: #7b8794; } .plain-fill { fill: #7b8794; }
        .orders { stroke: #2563eb; } .orders-fill { fill: #2563eb; }
        .payments { stroke: #c2570c; } .payments-fill { fill: #c2570c; }
        .inventory { stroke: #0d7d6c; } .inventory-fill { fill: #0d7d6c; }
        .line { fill: none; stroke-width: 1.6; }
        .icon { fill: none; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
        .reads { stroke-dasharray: 4 4; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e3e8ee; }
          .soft { fill: #9aa7b4; }
          .paper { fill: #0d1117; }
          .card { fill: #161c24; stroke: #343f4b; }
          .plain { stroke: #8a97a4; } .plain-fill { fill: #8a97a4; }
          .orders { stroke: #6ea8fe; } .orders-fill { fill: #6ea8fe; }
          .payments { stroke: #f5a35c; } .payments-fill { fill: #f5a35c; }
          .inventory { stroke: #3ecfb4; } .inventory-fill { fill: #3ecfb4; }
        }
        """;

    private static readonly Dictionary<Icon, string> Icons = new()
    {
        [Icon.Caller] = "M8 2.5a3 3 0 1 1 0 6a3 3 0 1 1 0-6M2.5 15c0-3 2.4-4.6 5.5-4.6s5.5 1.6 5.5 4.6",
        [Icon.Door] = "M5.5 3.5L1.5 8l4 4.5M10.5 3.5L14.5 8l-4 4.5M9 3L7 13",
        [Icon.Function] = "M3.5 2.5h2l5.5 11.5h2M7.5 7L3.5 14",
        [Icon.Table] = "M2.5 4c0-1.3 2.5-2.2 5.5-2.2s5.5.9 5.5 2.2s-2.5 2.2-5.5 2.2s-5.5-.9-5.5-2.2v8c0 1.3 2.5 2.2 5.5 2.2s5.5-.9 5.5-2.2v-8M2.5 8c0 1.3 2.5 2.2 5.5 2.2s5.5-.9 5.5-2.2",
        [Icon.Topic] = "M8 6.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3M4.8 4.8a4.5 4.5 0 0 0 0 6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4M2.6 2.6a7.6 7.6 0 0 0 0 10.8M13.4 2.6a7.6 7.6 0 0 1 0 10.8",
        [Icon.Queue] = "M1.5 4.5h13v7h-13zM5.8 4.5v7M10.2 4.5v7",
    };

    private readonly List<XElement> lines = [];
    private readonly List<XElement> cards = [];

    /// <summary>A box with an icon, a name, what it is, and rows below.</summary>
    public Box Card(Box box, Icon icon, string colour, string title, string what, params Row[] rows)
    {
        cards.Add(Element("rect", ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", box.Height), ("rx", 8), ("class", "card")));
        cards.Add(Element("rect", ("x", box.X), ("y", box.Y + 8), ("width", 3), ("height", box.Height - 16), ("rx", 1.5), ("class", $"{colour}-fill")));
        cards.Add(Element("path", ("d", Icons[icon]), ("transform", $"translate({box.X + Padding} {box.Y + 9})"), ("class", $"icon {colour}")));
        cards.Add(Text(box.X + Padding + 24, box.Y + 22, "title", title));
        cards.Add(Text(box.X + box.Width - Padding, box.Y + 22, "soft end", what));
        var y = box.Y + TitleHeight + Padding - 1;
        foreach (var (index, row) in rows.Index())
        {
            y += SpaceBefore(index, row);
            cards.Add(Text(box.X + Padding, y, row.Colour is null ? "" : $"head {row.Colour}-fill", row.Text));
            y += LineHeight;
        }

        return box;
    }

    public static int HeightOf(params Row[] rows)
        => TitleHeight + (rows is [] ? 0 : 10) + rows.Index().Sum(row => LineHeight + SpaceBefore(row.Index, row.Item));

    private static int SpaceBefore(int index, Row row) => row.Colour is null || index == 0 ? 0 : 6;

    /// <summary>An arrow downwards, bent where the two ends are not above each other.</summary>
    public void Arrow(double fromX, double fromY, double toX, double toY, string colour, bool readsOnly = false)
    {
        var bend = (toY - fromY) * 0.55;
        lines.Add(Element("path",
            ("d", string.Create(CultureInfo.InvariantCulture, $"M{fromX} {fromY}C{fromX} {fromY + bend} {toX} {toY - bend - 6} {toX} {toY - 6}")),
            ("class", $"line {colour}{(readsOnly ? " reads" : "")}")));
        lines.Add(Element("path",
            ("d", string.Create(CultureInfo.InvariantCulture, $"M{toX - 4} {toY - 8}L{toX} {toY - 1}L{toX + 4} {toY - 8}z")),
            ("class", $"{colour}-fill")));
    }

    public void Note(double x, double y, string text) => cards.Add(Text(x, y, "soft", text));

    public string ToText(int width, int height, string description)
    {
        var root = new XElement(Ns + "svg",
            new XAttribute("viewBox", $"0 0 {width} {height}"), new XAttribute("width", width), new XAttribute("height", height), new XAttribute("role", "img"),
            new XElement(Ns + "title", "Oms"),
            new XElement(Ns + "desc", description),
            new XElement(Ns + "style", "\n" + Style + "\n"),
            Element("rect", ("width", width), ("height", height), ("rx", 12), ("class", "paper")),
            lines,
            cards);
        return root.ToString().ReplaceLineEndings("\n") + "\n";
    }

    private static XElement Text(double x, double y, string colour, string text)
        => new(Ns + "text", Attributes(("x", x), ("y", y), ("class", colour)), text);

    private static XElement Element(string name, params (string Name, object Value)[] attributes) => new(Ns + name, Attributes(attributes));

    private static IEnumerable<XAttribute> Attributes(params (string Name, object Value)[] attributes) => attributes
        .Where(attribute => attribute.Value is not "").Select(attribute => new XAttribute(attribute.Name, attribute.Value));
}

internal enum Icon { Caller, Door, Function, Table, Topic, Queue }

internal sealed record Box(double X, double Y, double Width, double Height)
{
    public double Bottom => Y + Height;

    /// <summary>The n-th of so many places along an edge, evenly spread.</summary>
    public double Place(int n, int of) => Math.Round(X + (Width * (n + 1) / (of + 1)), 1);
}

/// <param name="Text">What it says.</param>
/// <param name="Colour">Set for a heading; plain text has none.</param>
internal sealed record Row(string Text, string? Colour = null);
