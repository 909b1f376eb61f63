using Mox.Config;

namespace Mox.Host.Logging;

/// <summary>The level of the log in all, and those of libraries that have their own.</summary>
internal sealed record LogLevelTable(LogVerbosity Level, IReadOnlyDictionary<string, LogVerbosity> Packages)
{
    /// <summary>What holds for a library.</summary>
    public LogVerbosity Of(string package) => Packages.Count > 0 && Packages.TryGetValue(package, out LogVerbosity own) ? own : Level;
}
