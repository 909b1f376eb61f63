using System.CommandLine;
using System.Net;
using Mox.Addresses;
using Mox.Dns;
using Mox.EmailAuth;

namespace Mox.Host.Cli.Checks;

/// <summary>What a check runs with.</summary>
internal sealed class CheckContext : IAsyncDisposable
{
    private const int DnsPort = 53;

    private readonly ParseResult _parsed;
    private readonly MoxInvocation _invocation;
    private readonly bool _isJson;
    private readonly ServiceProvider _services;

    private CheckContext(ParseResult parsed, MoxInvocation invocation, bool isJson, ServiceProvider services) =>
        (_parsed, _invocation, _isJson, _services) = (parsed, invocation, isJson, services);

    /// <summary>Answers questions about names.</summary>
    public IDnsResolver Dns => _services.GetRequiredService<IDnsResolver>();

    /// <summary>The clock.</summary>
    public TimeProvider Time => _invocation.Time;

    /// <summary>Counts, for nobody to read.</summary>
    public EmailAuthMetrics Metrics => _services.GetRequiredService<EmailAuthMetrics>();

    /// <summary>Opens standard input.</summary>
    public Stream OpenInput() => _invocation.OpenInput();

    /// <summary>Opens standard output, for what is no text.</summary>
    public Stream OpenOutput() => _invocation.OpenOutput();

    /// <summary>Where results go.</summary>
    public TextWriter Output => _invocation.Output;

    /// <summary>Whether results are wanted as JSON.</summary>
    public bool IsJson => _isJson;

    /// <summary>Makes one that asks the named server.</summary>
    /// <exception cref="UserErrorException">It cannot be found.</exception>
    public static async Task<CheckContext> CreateAsync(ParseResult parsed, string? resolver, bool isJson, CancellationToken ct)
    {
        var invocation = (MoxInvocation)parsed.InvocationConfiguration;
        DnsClientOptions options = new();
        if (resolver is not null)
        {
            // The server's answer is wanted, not that of a file of this machine.
            options = new() { Servers = await ServersAsync(resolver, invocation, ct), HostsFile = null };
        }

        return new CheckContext(parsed, invocation, isJson, Services(invocation, options));
    }

    /// <summary>An argument that is there.</summary>
    public T Get<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    /// <summary>An argument that need not be there.</summary>
    public T? GetOptional<T>(Argument<T> argument) => _parsed.GetValue(argument);

    /// <summary>An option, or its default.</summary>
    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    /// <summary>An argument that is a domain.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public Domain GetDomain(Argument<string> argument) => ToDomain(Get(argument));

    /// <summary>A text that is to be a domain.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static Domain ToDomain(string text) => Domain.TryParseLax(text.TrimEnd('.'), out Domain domain)
        ? domain : throw new UserErrorException($"\"{text}\" is no domain: give a name, as in example.org");

    /// <summary>A text that is to be an address.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static IPAddress ToIp(string text) => IPAddress.TryParse(text, out IPAddress? address) && (text.Contains('.') || text.Contains(':'))
        ? address : throw new UserErrorException($"\"{text}\" is no IP address: give one, as in 192.0.2.1 or 2001:db8::1");

    /// <summary>Prints what was found out; the exit code, 0 when it passes.</summary>
    public int Print(Finding finding, bool isPass)
    {
        finding.Write(Output, _isJson);
        return isPass ? 0 : 1;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static ServiceProvider Services(MoxInvocation invocation, DnsClientOptions options)
    {
        IServiceCollection services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton(invocation.Time).AddSingleton(options).AddSingleton<EmailAuthMetrics>();
        if (invocation.Dns is { } dns)
        {
            services.AddSingleton(dns);
        }

        return services.AddMoxDns().BuildServiceProvider();
    }

    private static async Task<IReadOnlyList<IPEndPoint>> ServersAsync(string resolver, MoxInvocation invocation, CancellationToken ct)
    {
        if (IPEndPoint.TryParse(resolver, out IPEndPoint? server))
        {
            return [new IPEndPoint(server.Address, server.Port == 0 ? DnsPort : server.Port)];
        }

        string[] parts = resolver.Split(':');
        int port = DnsPort;
        if (parts.Length > 2 || !Domain.TryParseLax(parts[0], out Domain host) || (parts.Length == 2 && (!int.TryParse(parts[1], out port) || port is < 1 or > 65535)))
        {
            throw new UserErrorException($"\"{resolver}\" is no DNS server: give --resolver HOST:PORT, as in 127.0.0.1:53 or [::1]:53");
        }

        await using ServiceProvider services = Services(invocation, new DnsClientOptions());
        DnsAnswer<IPAddress> answer = await services.GetRequiredService<IDnsResolver>().LookupAddressesAsync(DnsName.Of(host), ct);
        return answer.Records.Count > 0 ? [.. answer.Records.Take(8).Select(address => new IPEndPoint(address, port))]
            : throw new UserErrorException($"the DNS server {host.Ascii} has no address: {answer}");
    }
}
