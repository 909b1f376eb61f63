using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mox.InteropTests;

/// <summary>
/// An nsd with a signed, a forged and an unsigned zone, and a validating unbound before it, each on a free port of loopback. Or an unbound
/// alone, which knows what it is told and nothing else.
/// </summary>
internal sealed class NameServers : IAsyncDisposable
{
    private const string Zone = """
        $TTL 300
        @ IN SOA ns hostmaster 1 3600 600 86400 120
        @ IN NS ns
        ns IN A 127.0.0.1
        host IN A 192.0.2.10
        host IN AAAA 2001:db8::10
        www IN CNAME alias
        alias IN CNAME host
        dangling IN CNAME nowhere
        only6 IN AAAA 2001:db8::6
        loop1 IN CNAME loop2
        loop2 IN CNAME loop1
        under_score IN A 192.0.2.11
        @ IN MX 10 host
        @ IN MX 20 alias
        nomail IN MX 0 .
        @ IN TXT "v=spf1 mx -all" "second \"string\""
        _imaps._tcp IN SRV 0 1 993 host
        _25._tcp.host IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        @ IN CAA 0 issue "ca.example.net"

        """;

    private readonly string _folder;
    private readonly List<Process> _processes = [];

    private NameServers(string folder, int authoritative, int recursive)
    {
        _folder = folder;
        Authoritative = new IPEndPoint(IPAddress.Loopback, authoritative);
        Recursive = new IPEndPoint(IPAddress.Loopback, recursive);
    }

    /// <summary>The nsd.</summary>
    public IPEndPoint Authoritative { get; }

    /// <summary>The unbound.</summary>
    public IPEndPoint Recursive { get; }

    public static async Task<NameServers> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("mox-dns-").FullName;
        NameServers servers = new(folder, FreePort(), FreePort());
        try
        {
            string many = string.Concat(Enumerable.Range(0, 150).Select(i => $"many IN A 198.51.100.{i}\n"));
            string anchor = await servers.SignAsync("signed.example", many);
            string forgedAnchor = await servers.SignAsync("forged.example", "");
            string forged = Path.Combine(folder, "forged.example.signed");
            await File.WriteAllTextAsync(forged, (await File.ReadAllTextAsync(forged)).Replace("192.0.2.10", "203.0.113.66", StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(folder, "plain.example.signed"), Zone);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "2.0.192.in-addr.arpa.signed"), Zone + "10 IN PTR host.plain.example.\n");
            await servers.StartAuthoritativeAsync("signed.example", "forged.example", "plain.example", "2.0.192.in-addr.arpa");
            string[] stubs = ["signed.example", "forged.example", "plain.example", "2.0.192.in-addr.arpa"];
            await servers.StartRecursiveAsync(
                """
                    local-zone: "2.0.192.in-addr.arpa." nodefault
                    local-zone: "local.example." static
                    local-data: "box.local.example. 60 IN A 192.0.2.77"
                    local-zone: "closed.example." refuse

                """
                + string.Concat(((string[])[anchor, forgedAnchor]).Select(file => $"    trust-anchor-file: \"{file}\"\n"))
                + string.Concat(stubs.Select(zone => $"stub-zone:\n    name: \"{zone}\"\n    stub-addr: 127.0.0.1@{servers.Authoritative.Port}\n")));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>An unbound alone.</summary>
    /// <param name="records">What it knows, as zone files have it; no other name exists.</param>
    public static async Task<NameServers> StartLocalAsync(params string[] records)
    {
        NameServers servers = new(Directory.CreateTempSubdirectory("mox-dns-").FullName, 0, FreePort());
        try
        {
            string known = string.Concat(records.Select(record => $"    local-data: '{record}'\n"));
            await servers.StartRecursiveAsync($"    local-zone: \".\" static\n{known}");
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only an nsd, with these zones.</summary>
    public static async Task<NameServers> StartAsync(params (string Name, string Text)[] zones)
    {
        string folder = Directory.CreateTempSubdirectory("mox-dns-").FullName;
        NameServers servers = new(folder, FreePort(), FreePort());
        try
        {
            foreach ((string name, string text) in zones)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name + ".signed"), text);
            }

            await servers.StartAuthoritativeAsync([.. zones.Select(zone => zone.Name)]);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // The DS record that a validator is told to trust.
    private async Task<string> SignAsync(string zone, string more)
    {
        string file = Path.Combine(_folder, zone);
        await File.WriteAllTextAsync(file, Zone + more);
        string key = (await Programs.RunAsync("ldns-keygen", ["-a", "ECDSAP256SHA256", "-k", zone], "", _folder)).Expect(0).Output.Trim();
        (await Programs.RunAsync("ldns-signzone", ["-o", zone, file, key], "", _folder)).Expect(0);
        return Path.Combine(_folder, key + ".ds");
    }

    private async Task StartAuthoritativeAsync(params string[] zones)
    {
        string configuration = Path.Combine(_folder, "nsd.conf");
        await File.WriteAllTextAsync(configuration, $"""
            server:
                ip-address: 127.0.0.1@{Authoritative.Port}
                username: ""
                zonesdir: "{_folder}"
                database: ""
                pidfile: "{_folder}/nsd.pid"
                xfrdfile: "{_folder}/xfrd.state"
                xfrdir: "{_folder}"
                zonelistfile: "{_folder}/zone.list"
                logfile: "{_folder}/nsd.log"
                server-count: 1
                rrl-ratelimit: 0
            remote-control:
                control-enable: no

            """ + string.Concat(zones.Select(zone => $"zone:\n    name: \"{zone}\"\n    zonefile: \"{zone}.signed\"\n")));
        await StartAsync("nsd", Authoritative, "-d", "-c", configuration);
    }

    private async Task StartRecursiveAsync(string lines)
    {
        string configuration = Path.Combine(_folder, "unbound.conf");
        await File.WriteAllTextAsync(configuration, $"""
            server:
                interface: 127.0.0.1
                port: {Recursive.Port}
                username: ""
                chroot: ""
                directory: "{_folder}"
                pidfile: ""
                use-syslog: no
                logfile: "{_folder}/unbound.log"
                do-daemonize: no
                do-not-query-localhost: no
                do-ip6: no
                module-config: "validator iterator"
                ede: yes

            """ + lines);
        (await Programs.RunAsync("unbound-checkconf", configuration)).Expect(0);
        await StartAsync("unbound", Recursive, "-d", "-c", configuration);
    }

    private async Task StartAsync(string program, IPEndPoint endPoint, params string[] arguments)
    {
        Process process = Process.Start(Programs.Find(program)!, arguments);
        _processes.Add(process);
        for (int i = 0; i < 200; i++)
        {
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(endPoint);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        string log = Path.Combine(_folder, program + ".log");
        throw new InvalidOperationException($"{program} does not listen: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "no log")}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
