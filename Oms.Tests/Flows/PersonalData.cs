using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>Plants a value of its own in every field that can hold personal data or a secret, and finds them again wherever they have got to.</summary>
/// <param name="mark">What all values begin with: letters that stand nowhere else.</param>
internal sealed class PersonalData(string mark)
{
    /// <summary>What a base 64 text of the mark holds, whatever stands in front of it.</summary>
    private readonly string[] _encoded = [.. Enumerable.Range(0, 3).Select(before =>
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('-', before) + mark));
        var whole = (before + mark.Length) * 8 / 6;
        var first = ((before * 8) + 5) / 6;
        return text[first..whole];
    })];

    private readonly Regex _marks = new(mark + "([0-9]{4}x)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
    private readonly Dictionary<string, string> _planted = new(StringComparer.Ordinal);

    public int Count => _planted.Count;

    /// <summary>A new value, remembered under the place where it is planted.</summary>
    public string In(string place) => Remember($"{mark}{_planted.Count:D4}x", place);

    /// <summary>A value that cannot carry the mark: it is searched for as it is.</summary>
    public string Remember(string value, string place)
    {
        _planted[value] = place;
        return value;
    }

    public string Magento(string number, string scenario, Action<JsonObject>? change = null) => Sample.Magento(number, order =>
    {
        foreach (var field in (string[])["customer_email", "customer_firstname", "customer_lastname", "customer_middlename", "customer_prefix", "customer_suffix", "customer_dob", "customer_taxvat", "customer_note", "protect_code", "remote_ip", "x_forwarded_for"])
        {
            order[field] = In($"{scenario}: {field}");
        }

        order["customer_email"] += "@shop.example";
        var payment = order["payment"]!.AsObject();
        foreach (var field in (string[])["cc_last4", "cc_exp_month", "cc_exp_year", "cc_owner", "cc_type", "cc_number_enc", "cc_trans_id", "cc_status", "cc_ss_owner", "account_status", "last_trans_id", "echeck_account_name", "echeck_routing_number"])
        {
            payment[field] = In($"{scenario}: payment.{field}");
        }

        PlantLeaves(payment["additional_information"]!, $"{scenario}: additional_information");
        var more = order["extension_attributes"]!;
        PlantLeaves(more["payment_additional_info"]!, $"{scenario}: payment_additional_info");
        foreach (var address in new[] { order["billing_address"]!.AsObject(), more["shipping_assignments"]![0]!["shipping"]!["address"]!.AsObject() })
        {
            foreach (var field in (string[])["company", "fax", "middlename", "prefix", "suffix", "vat_id"])
            {
                address[field] = "";
            }

            PlantLeaves(address, $"{scenario}: address");
        }

        order["status_histories"]![0]!["comment"] = In($"{scenario}: comment");
        order["gift_message"] = new JsonObject { ["sender"] = In($"{scenario}: gift sender"), ["recipient"] = In($"{scenario}: gift recipient"), ["message"] = In($"{scenario}: gift message") };
        change?.Invoke(order);
    });

    public string Native(string scenario, string token, Action<JsonObject>? change = null) => Sample.Native(token, order =>
    {
        var customer = order["customer"]!.AsObject();
        PlantLeaves(customer, $"{scenario}: customer");
        customer["email"] += "@shop.example";
        var address = order["shipping"]!["address"]!.AsObject();
        foreach (var field in (string[])["company", "region", "phone"])
        {
            address[field] = "";
        }

        PlantLeaves(address, $"{scenario}: address");
        change?.Invoke(order);
    });

    /// <returns>Where <paramref name="text"/> holds planted values: their places, and the mark in any disguise.</returns>
    public IReadOnlyList<string> FindIn(string text)
    {
        var found = _marks.Matches(text).Select(match => _planted.GetValueOrDefault(match.Value.ToLowerInvariant(), $"an unknown {match.Value}")).ToHashSet(StringComparer.Ordinal);
        found.UnionWith(_planted.Where(pair => !pair.Key.StartsWith(mark, StringComparison.Ordinal) && text.Contains(pair.Key, StringComparison.OrdinalIgnoreCase)).Select(static pair => pair.Value));
        found.UnionWith(_encoded.Where(code => text.Contains(code, StringComparison.Ordinal)).Select(static code => $"base 64 of a planted value: {code}"));
        return [.. found];
    }

    private void PlantLeaves(JsonNode node, string place)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var name in fields.Select(static field => field.Key).ToList())
                {
                    if (fields[name] is JsonValue text && text.TryGetValue<string>(out _))
                    {
                        fields[name] = In($"{place}.{name}");
                    }
                    else if (fields[name] is { } inner)
                    {
                        PlantLeaves(inner, $"{place}.{name}");
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonValue)
                    {
                        list[i] = In($"{place}[{i}]");
                    }
                    else if (list[i] is { } inner)
                    {
                        PlantLeaves(inner, $"{place}[{i}]");
                    }
                }

                break;
            default:
                break; // numbers and null hold nothing
        }
    }
}
