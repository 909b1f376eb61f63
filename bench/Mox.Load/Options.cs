using System.Globalization;
using System.Net;

namespace Mox.Load;

/// <summary>The server answered something that makes a measure meaningless.</summary>
internal sealed class LoadException(string message) : Exception(message);

/// <summary>The <c>--name value</c> arguments of a command, and what stands after <c>--</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Options(string[] args)
    {
        int i = 0;
        for (; i < args.Length && args[i] != "--"; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                throw new ArgumentException($"want --name value, not {args[i]}");
            }

            _values[args[i][2..]] = args[i + 1];
        }

        Command = i < args.Length ? args[(i + 1)..] : [];
    }

    public string[] Command { get; }

    public string this[string name] =>
        _values.TryGetValue(name, out string? value) ? value : throw new ArgumentException($"--{name} is missing");

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) =>
        Find(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public IPEndPoint EndPoint(string name) => IPEndPoint.Parse(this[name]);
}

/// <summary>The server under load.</summary>
internal sealed record Target(
    IPEndPoint Smtp, IPEndPoint Imap, IPEndPoint Imaps, string User, string Password, ProcessTree Processes)
{
    public static Target From(Options options) => new(
        options.EndPoint("smtp"), options.EndPoint("imap"), options.EndPoint("imaps"),
        options["user"], options["password"], ProcessTree.Parse(options["pid"]));

    public async Task<ImapConnection> LoginAsync(bool tls = false)
    {
        ImapConnection imap = await ImapConnection.ConnectAsync(tls ? Imaps : Imap, tls);
        await imap.OkAsync($"LOGIN {User} {Password}");
        return imap;
    }
}
