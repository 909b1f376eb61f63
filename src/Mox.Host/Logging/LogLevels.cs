using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mox.Config;
using Mox.Net;

namespace Mox.Host.Logging;

/// <summary>How much is logged, in all and by library; may be changed while the server runs.</summary>
internal sealed class LogLevels(LogVerbosity level)
{
    /// <summary>The name for all that is not ours: Kestrel, the host, Entity Framework. It logs from Warning unless it has its own level.</summary>
    public const string Framework = "framework";

    private static readonly string[] KnownPackages = Known();

    private readonly ConcurrentDictionary<string, string> _packages = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile LogLevelTable _current = new(level, ImmutableDictionary<string, LogVerbosity>.Empty);

    /// <summary>What holds now.</summary>
    public LogLevelTable Current => _current;

    /// <summary>The word for a category in log lines: "Mox.Smtp.Server.SmtpSession" is "smtp".</summary>
    public static string PackageOf(string category)
    {
        string[] words = category.Split('.');
        return words[0] == "Mox" && words.Length > 1 ? words[1].ToLowerInvariant() : Framework;
    }

    /// <summary>Sets a level, or without one gives a library that of the log again.</summary>
    /// <exception cref="UserErrorException">There is no such library.</exception>
    public void Set(string? package, LogVerbosity? wanted)
    {
        if (package is null && wanted is null)
        {
            throw new UserErrorException("name a level, or a library whose own level is to go");
        }

        if (package is not null && !KnownPackages.Contains(package))
        {
            throw new UserErrorException($"there is no library \"{package}\": the log knows {string.Join(", ", KnownPackages)}");
        }

        lock (_gate)
        {
            var packages = (ImmutableDictionary<string, LogVerbosity>)_current.Packages;
            _current = (package, wanted) switch
            {
                (null, { } all) => _current with { Level = all },
                ({ } one, { } own) => _current with { Packages = packages.SetItem(one, own) },
                ({ } one, null) => _current with { Packages = packages.Remove(one) },
                _ => _current,
            };
        }
    }

    /// <summary>Whether an event of a category is logged. Asked for every event.</summary>
    public bool IsEnabled(string? category, LogLevel asked)
    {
        LogLevelTable current = _current;
        string package = _packages.GetOrAdd(category ?? "", static name => PackageOf(name));
        LogLevel floor = LevelOf(current.Of(package));
        bool isQuiet = package == Framework && floor < LogLevel.Warning && !current.Packages.ContainsKey(Framework);
        return asked >= (isQuiet ? LogLevel.Warning : floor);
    }

    /// <summary>How much of the protocol a library traces.</summary>
    public TraceLevel TraceOf(string package) => _current.Of(package) switch
    {
        LogVerbosity.Trace => TraceLevel.Trace,
        LogVerbosity.TraceAuth => TraceLevel.TraceAuth,
        LogVerbosity.TraceData => TraceLevel.TraceData,
        _ => TraceLevel.Off,
    };

    private static LogLevel LevelOf(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Error => LogLevel.Error,
        LogVerbosity.Warning => LogLevel.Warning,
        LogVerbosity.Information => LogLevel.Information,
        LogVerbosity.Debug => LogLevel.Debug,
        _ => LogLevel.Trace,
    };

    private static string[] Known()
    {
        IEnumerable<string> ours = typeof(LogLevels).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name ?? "")
            .Where(name => name.StartsWith("Mox.", StringComparison.Ordinal)).Select(PackageOf);
        return [.. ours.Append("host").Append(Framework).Distinct().Order(StringComparer.Ordinal)];
    }
}
