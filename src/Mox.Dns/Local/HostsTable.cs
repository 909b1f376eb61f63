using System.Net;

namespace Mox.Dns.Local;

/// <summary>The names and addresses of a hosts(5) file: an address and its names on each line, comments after '#'.</summary>
internal sealed class HostsTable
{
    private readonly Dictionary<DnsName, List<IPAddress>> _addresses = [];
    private readonly Dictionary<DnsName, List<DnsName>> _names = [];

    /// <summary>Reads a file; lines that are not understood are passed over.</summary>
    public static HostsTable Parse(string text)
    {
        var table = new HostsTable();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var content = line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line;
            var words = content.ToString().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && IPAddress.TryParse(words[0], out var address))
            {
                table.Add(address, words.AsSpan(1));
            }
        }

        return table;
    }

    /// <summary>The addresses of a name, of either kind; null when the file does not have the name.</summary>
    public IReadOnlyList<IPAddress>? Addresses(DnsName name) => _addresses.GetValueOrDefault(name);

    /// <summary>The names that a reverse name stands for; null when the file does not have the address.</summary>
    public IReadOnlyList<DnsName>? Names(DnsName reverse) => _names.GetValueOrDefault(reverse);

    private void Add(IPAddress address, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (DnsName.TryParse(word, out var name))
            {
                AddOnce(_addresses, name, address);
                AddOnce(_names, DnsName.Of(address), name);
            }
        }
    }

    // No question is answered with more records than one of a server would be.
    private static void AddOnce<TValue>(Dictionary<DnsName, List<TValue>> table, DnsName key, TValue value)
    {
        if (!table.TryGetValue(key, out var values))
        {
            table[key] = values = [];
        }

        if (values.Count < Wire.DnsMessage.MaxAnswers && !values.Contains(value))
        {
            values.Add(value);
        }
    }
}
