using Mox.Config;
using Mox.Dns;
using Mox.Host.Telemetry;

namespace Mox.Host.Serving;

/// <summary>What a server runs with.</summary>
public sealed class MoxServerOptions
{
    /// <summary>The configuration, followed while it changes. The caller disposes of it, after the server.</summary>
    public required LiveConfig Live { get; init; }

    /// <summary>What it is now; what needs a restart stays as it was at the start.</summary>
    public MoxConfig Config => Live.Current;

    /// <summary>Sets up where the log goes.</summary>
    public required Action<ILoggingBuilder> ConfigureLogging { get; init; }

    /// <summary>
    /// Mail for unknown addresses goes to the account of localserve, some localparts simulate errors, and accounts that are configured but not
    /// there yet are made, with the password of localserve. Default false.
    /// </summary>
    public bool IsLocalserve { get; init; }

    /// <summary>Answers questions about names. Default: the servers of the configuration, else the system's; in localserve nobody is asked.</summary>
    public IDnsResolver? Dns { get; init; }

    /// <summary>SIGTERM, SIGINT and SIGQUIT stop the server. Default false: then only <see cref="MoxServer.StopAsync"/> does.</summary>
    public bool HandleSignals { get; init; }

    /// <summary>How long sessions have to say goodbye. Default 5 s; then their connections are cut.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Iterations of new password verifiers; null is the store's default. Low only in tests.</summary>
    public int? ScramIterations { get; init; }

    /// <summary>The variables OTEL_* of OpenTelemetry, by name. Default: those of this process.</summary>
    public IReadOnlyDictionary<string, string?> OtelVariables { get; init; } = TelemetrySettings.ProcessVariables();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
