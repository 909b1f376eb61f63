using System.Text;

namespace Mox.InteropTests.Authentication;

/// <summary>One check of one record.</summary>
/// <param name="Record">The name of the record.</param>
/// <param name="Ip">The client.</param>
/// <param name="Helo">What it says with EHLO.</param>
/// <param name="MailFrom">The reverse-path, empty for the empty one; null where EHLO is checked.</param>
/// <param name="Result">What must come out.</param>
/// <param name="Pyspf">What pyspf says, where it is something else.</param>
/// <param name="Perl">What Mail::SPF says, likewise.</param>
internal sealed record SpfCheck(string Record, string Ip, string Helo, string? MailFrom, string Result, string? Pyspf, string? Perl)
{
    public override string ToString() => $"{Record}: {Ip} helo={Helo} from={MailFrom ?? "-"}";
}

/// <summary>The records of spf-cases.txt, which says at its top how it is written.</summary>
internal sealed class SpfCases
{
    private const string Parent = "s.example";
    private const string ZoneHead = "$TTL 300\n@ IN SOA ns.s.example. hostmaster.s.example. 1 3600 600 86400 120\n@ IN NS ns.s.example.\n";

    private readonly List<SpfCheck> _checks = [];
    private readonly StringBuilder _zone = new($"{ZoneHead}ns IN A 127.0.0.1\n");
    private readonly HashSet<string> _records = [], _explained = [];
    private readonly Dictionary<string, StringBuilder> _reverse = new()
    {
        ["2.0.192.in-addr.arpa"] = new StringBuilder(ZoneHead),
        ["8.b.d.0.1.0.0.2.ip6.arpa"] = new StringBuilder(ZoneHead),
    };

    public IReadOnlyList<SpfCheck> Checks => _checks;

    public IReadOnlySet<string> Records => _records;

    /// <summary>Those for which a reason stands there why others say something else.</summary>
    public IReadOnlySet<string> Explained => _explained;

    /// <summary>All zones that they take.</summary>
    public (string Name, string Text)[] Zones => [(Parent, $"{_zone}"), .. _reverse.Select(zone => (zone.Key, $"{zone.Value}"))];

    public static SpfCases Read()
    {
        using Stream stream = typeof(SpfCases).Assembly.GetManifestResourceStream("spf-cases.txt")!;
        using StreamReader reader = new(stream);
        SpfCases cases = new();
        string record = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == ' ')
            {
                cases.Add(record, line.Trim());
                continue;
            }

            string[] parts = line.Split(':', 2);
            record = parts[0];
            Assert.True(cases._records.Add(record), $"{record} stands there twice");
            cases._zone.Append("$ORIGIN ").Append(record).Append($".{Parent}.\n").Append(parts[1].Length > 1 ? Text(parts[1][1..], record) : "");
        }

        return cases;
    }

    // A line below the name of a record.
    private void Add(string record, string line)
    {
        switch (line[0])
        {
            case '+':
                string[] words = line[1..].Trim().Split(' ', 3);
                (_reverse.FirstOrDefault(zone => words[0].EndsWith($".{zone.Key}.", StringComparison.Ordinal)).Value ?? _zone)
                    .Append(words[0]).Append(" IN ").Append(words[1]).Append(' ').Append(words[2]).Append('\n');
                break;
            case '!':
                _explained.Add(record);
                break;
            default:
                _checks.Add(Check(record, line.Split(' ')));
                break;
        }
    }

    private static SpfCheck Check(string record, string[] words)
    {
        Dictionary<string, string> options = words[2..].Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        string from = options.GetValueOrDefault("from", $"user@{record}.{Parent}").Replace("\\032", " ", StringComparison.Ordinal);
        return new SpfCheck(
            record, words[0], options.GetValueOrDefault("helo", "mail.example.net"), from switch { "-" => null, "<>" => "", _ => from },
            words[1], options.GetValueOrDefault("pyspf"), options.GetValueOrDefault("perl"));
    }

    private static string Text(string text, string record)
    {
        string full = text.Replace("{D}", $"{record}.{Parent}", StringComparison.Ordinal);
        return $"@ IN TXT {string.Join(' ', full.Chunk(255).Select(part => $"\"{new string(part)}\""))}\n";
    }
}
