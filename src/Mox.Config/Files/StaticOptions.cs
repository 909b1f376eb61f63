using Mox.Addresses;

namespace Mox.Config.Files;

/// <summary>The section Mox of appsettings.json.</summary>
internal sealed class StaticOptions(ProblemList problems, string directory)
{
    /// <summary>Reads it into a configuration that has no domains and accounts yet.</summary>
    public MoxConfig Read(JsonValue? file)
    {
        using var top = new ObjectReader(problems, "", file);
        top.Has("$schema");
        using ObjectReader? mox = top.Object("Mox");
        if (mox is null)
        {
            problems.Add("Mox", "this section is missing", "write all options into { \"Mox\": { ... } }");
            return new MoxConfig { Hostname = default, DataDirectory = directory, Listeners = [], Postmaster = new PostmasterConfig("") };
        }

        mox.Has("$schema");
        var paths = new PathReader(problems, directory);
        Domain hostname = Hostname(mox);
        return new MoxConfig
        {
            Hostname = hostname,
            DataDirectory = paths.FullPath(mox, "DataDirectory", mox.Text("DataDirectory") ?? "../data"),
            Log = Log(mox),
            Pedantic = mox.Flag("Pedantic", false),
            Limits = Limits(mox),
            Listeners = new ListenerOptions(problems, paths).Read(mox, hostname),
            Transports = new TransportOptions(problems, paths).Read(mox),
            Queue = Queue(mox),
            Dns = DnsOptions.Read(mox, problems),
            Telemetry = Telemetry(mox),
            Postmaster = Postmaster(mox),
            InitialMailboxes = InitialMailboxes(mox),
            QuotaBytes = mox.Number("QuotaBytes", 0, 0, long.MaxValue),
            QuotaMessages = mox.Number("QuotaMessages", 0, 0, long.MaxValue),
        };
    }

    private static LogConfig Log(ObjectReader mox)
    {
        using ObjectReader? log = mox.Object("Log");
        var byDefault = new LogConfig();
        return log is null ? byDefault : new LogConfig { Level = log.Choice("Level", byDefault.Level), Format = log.Choice("Format", byDefault.Format) };
    }

    private static LimitsConfig Limits(ObjectReader mox)
    {
        using ObjectReader? limits = mox.Object("Limits");
        var byDefault = new LimitsConfig();
        return limits is null ? byDefault : new LimitsConfig
        {
            Enabled = limits.Flag("Enabled", byDefault.Enabled),
            ConnectionsPerMinute = Count("ConnectionsPerMinute", byDefault.ConnectionsPerMinute),
            ConcurrentConnections = Count("ConcurrentConnections", byDefault.ConcurrentConnections),
            FailedLoginsPerMinute = Count("FailedLoginsPerMinute", byDefault.FailedLoginsPerMinute),
            FailedLoginsPerDay = Count("FailedLoginsPerDay", byDefault.FailedLoginsPerDay),
        };

        int Count(string name, int value) => (int)limits.Number(name, value, 1, 1_000_000);
    }

    private static QueueConfig Queue(ObjectReader mox)
    {
        using ObjectReader? queue = mox.Object("Queue");
        var byDefault = new QueueConfig();
        return queue is null ? byDefault : new QueueConfig
        {
            Lifetime = queue.Duration("Lifetime", byDefault.Lifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(60)),
            DelayNotice = queue.Duration("DelayNotice", byDefault.DelayNotice, TimeSpan.Zero, TimeSpan.FromDays(60)),
            Concurrency = (int)queue.Number("Concurrency", byDefault.Concurrency, 1, 1000),
            PerDestination = (int)queue.Number("PerDestination", byDefault.PerDestination, 1, 1000),
        };
    }

    private TelemetryConfig Telemetry(ObjectReader mox)
    {
        using ObjectReader? telemetry = mox.Object("Telemetry");
        var byDefault = new TelemetryConfig();
        return telemetry is null ? byDefault : new TelemetryConfig
        {
            OtlpEndpoint = Endpoint(telemetry),
            OtlpProtocol = telemetry.Choice("OtlpProtocol", byDefault.OtlpProtocol),
            ServiceName = ServiceName(telemetry, byDefault.ServiceName),
            TracesPercent = (int)telemetry.Number("TracesPercent", byDefault.TracesPercent, 0, 100),
            Metrics = telemetry.Flag("Metrics", byDefault.Metrics),
            Traces = telemetry.Flag("Traces", byDefault.Traces),
            Logs = telemetry.Flag("Logs", byDefault.Logs),
        };
    }

    private string ServiceName(ObjectReader telemetry, string byDefault)
    {
        string name = telemetry.Text("ServiceName") ?? byDefault;
        if (!PlainText.IsLine(name))
        {
            problems.Add(telemetry.PathOf("ServiceName"), "is no name", "write printable ASCII, under 256 characters");
        }

        return name;
    }

    private Uri? Endpoint(ObjectReader telemetry)
    {
        const string Name = "OtlpEndpoint";
        if (telemetry.Text(Name) is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
        {
            return uri;
        }

        problems.Add(telemetry.PathOf(Name), $"\"{PlainText.Shown(text)}\" is no URL", "write one as in \"http://localhost:4317\", without a login");
        return null;
    }

    private PostmasterConfig Postmaster(ObjectReader mox)
    {
        using ObjectReader? postmaster = mox.Object("Postmaster");
        if (postmaster is null)
        {
            problems.Add(mox.PathOf("Postmaster"), "is missing", "write { \"Account\": \"NAME\" }, an account of domains.json");
            return new PostmasterConfig("");
        }

        string account = postmaster.Required("Account", "name an account of domains.json");
        return postmaster.Text("Mailbox") is { } mailbox ? new PostmasterConfig(account, mailbox) : new PostmasterConfig(account);
    }

    private static InitialMailboxesConfig InitialMailboxes(ObjectReader mox)
    {
        using ObjectReader? mailboxes = mox.Object("InitialMailboxes");
        var byDefault = new InitialMailboxesConfig();
        return mailboxes is null ? byDefault : new InitialMailboxesConfig
        {
            Archive = mailboxes.Text("Archive") ?? byDefault.Archive,
            Drafts = mailboxes.Text("Drafts") ?? byDefault.Drafts,
            Junk = mailboxes.Text("Junk") ?? byDefault.Junk,
            Sent = mailboxes.Text("Sent") ?? byDefault.Sent,
            Trash = mailboxes.Text("Trash") ?? byDefault.Trash,
            Regular = mailboxes.Texts("Regular"),
        };
    }

    private Domain Hostname(ObjectReader mox) => DomainText.ReadHostname(
        problems, mox.PathOf("Hostname"), mox.Required("Hostname", "write the full name of this host, as in \"mail.example.org\""));
}
