using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Config.Editing;

namespace Mox.Config;

/// <summary>
/// The configuration that runs: an immutable snapshot, replaced as a whole when domains.json changes. Code asks for <see cref="Current"/> when
/// it needs a value, and keeps nothing of it.
/// </summary>
/// <remarks>
/// appsettings.json is that of the start; a change of it only gets a warning. An invalid domains.json keeps the snapshot. Reloads and changes
/// run one at a time. Thread-safe.
/// </remarks>
public sealed partial class LiveConfig : IDisposable
{
    /// <summary>The directory of earlier versions of domains.json, beside it.</summary>
    public const string HistoryDirectoryName = "history";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly LiveConfigOptions _options;
    private readonly DomainsFile? _file;
    private ILogger _logger = NullLogger.Instance;
    private ITimer? _timer;
    private volatile Snapshot _snapshot;

    private LiveConfig(MoxConfig config, LiveConfigOptions options, DomainsFile? file) =>
        (_snapshot, _options, _file) = (new Snapshot(config), options, file);

    /// <summary>Raised after each change of <see cref="Current"/>, one at a time; handlers are quick and do not throw.</summary>
    public event Action<ConfigChange>? Changed;

    /// <summary>What runs now.</summary>
    public MoxConfig Current => _snapshot.Config;

    /// <summary>Its addresses.</summary>
    public AddressResolver Addresses => _snapshot.Addresses;

    /// <summary>Its directory, in full; null when it is not in files.</summary>
    public string? Directory => _file?.Directory;

    /// <summary>The configuration in a directory.</summary>
    /// <exception cref="ConfigException">With every problem.</exception>
    public static LiveConfig Open(string directory, LiveConfigOptions? options = null)
    {
        options ??= new LiveConfigOptions();
        var file = new DomainsFile(Path.GetFullPath(directory), options);
        return new LiveConfig(file.Load(), options, file);
    }

    /// <summary>A validated configuration that is in no files; only <see cref="Replace"/> changes it.</summary>
    public static LiveConfig Fixed(MoxConfig config) => new(config, new LiveConfigOptions(), null);

    /// <summary>Takes another configuration, of one that is <see cref="Fixed"/>.</summary>
    public void Replace(MoxConfig config)
    {
        if (_file is not null)
        {
            throw new InvalidOperationException("This configuration is in files.");
        }

        Use(config);
    }

    /// <summary>Looks at the files from time to time from now on, until disposed of; reloads and changes are logged here.</summary>
    public void Watch(ILogger logger)
    {
        _logger = logger;
        if (_file is not null)
        {
            _timer ??= _options.Time.CreateTimer(_ => LookAtFiles(), null, _options.Interval, _options.Interval);
        }
    }

    /// <summary>Reads domains.json now; when it has problems these come back, and nothing changes.</summary>
    public async Task<ImmutableArray<ConfigProblem>> ReloadAsync(CancellationToken ct)
    {
        if (_file is not { } file)
        {
            return [];
        }

        await _gate.WaitAsync(ct);
        try
        {
            return Reload(file);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _gate.Dispose();
    }

    /// <summary>Changes domains.json, when what comes out is valid; else the problems come back, and nothing changes.</summary>
    /// <param name="edit">Changes the text, or says why it cannot be. Called again when the file was changed by hand meanwhile.</param>
    /// <param name="who">For the history and the log.</param>
    /// <param name="what">For the history and the log: what was done, as in "account add alice".</param>
    /// <param name="ct">Gives up waiting for other changes.</param>
    internal async Task<ImmutableArray<ConfigProblem>> ChangeAsync(
        Func<JsonText, MoxConfig, ImmutableArray<ConfigProblem>> edit, string who, string what, CancellationToken ct)
    {
        if (_file is not { } file)
        {
            return [new ConfigProblem("", "", 0, 0, "this configuration is in no files", "start the server with --config DIR")];
        }

        await _gate.WaitAsync(ct);
        try
        {
            (MoxConfig? config, ImmutableArray<ConfigProblem> problems) = file.Change(edit, who, what);
            WarnOfHistory(file);
            if (config is not null)
            {
                LogChanged(_logger, what, who);
                Use(config);
            }

            return problems;
        }
        finally
        {
            _gate.Release();
        }
    }

    private ImmutableArray<ConfigProblem> Reload(DomainsFile file)
    {
        if (file.StaticFileChanged(out ImmutableArray<ConfigProblem> mistakes))
        {
            if (mistakes.IsEmpty)
            {
                LogNeedsRestart(_logger, file.StaticFile);
            }
            else
            {
                LogRestartWouldFail(_logger, file.StaticFile, string.Join("; ", mistakes));
            }
        }

        (MoxConfig? config, ImmutableArray<ConfigProblem> problems) = file.Reload();
        WarnOfHistory(file);
        if (!problems.IsEmpty)
        {
            LogInvalid(_logger, file.File, string.Join("; ", problems));
        }
        else if (config is not null)
        {
            LogReloaded(_logger, file.File, config.Domains.Count, config.Accounts.Count);
            Use(config);
        }

        return problems;
    }

    private void Use(MoxConfig config)
    {
        MoxConfig before = _snapshot.Config;
        _snapshot = new Snapshot(config);
        Changed?.Invoke(new ConfigChange(before, config));
    }

    private void LookAtFiles()
    {
        // Who holds it looks himself.
        if (_file is not { } file || !_gate.Wait(0))
        {
            return;
        }

        try
        {
            if (file.HasChanged())
            {
                Reload(file);
            }
        }
#pragma warning disable CA1031 // The top of a timer: what escapes here would end the process, mail and all.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogReloadFailed(_logger, e);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void WarnOfHistory(DomainsFile file)
    {
        if (file.TakeHistoryProblem() is { } problem)
        {
            LogNoHistory(_logger, problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "configuration reloaded file={File} domains={Domains} accounts={Accounts}")]
    private static partial void LogReloaded(ILogger logger, string file, int domains, int accounts);

    [LoggerMessage(Level = LogLevel.Information, Message = "configuration changed what={What} by={Who}")]
    private static partial void LogChanged(ILogger logger, string what, string who);

    [LoggerMessage(Level = LogLevel.Error, Message = "configuration not reloaded, what ran before goes on file={File} problems={Problems}")]
    private static partial void LogInvalid(ILogger logger, string file, string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "configuration changed, and takes a restart file={File}")]
    private static partial void LogNeedsRestart(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "configuration changed, and a restart would fail file={File} problems={Problems}")]
    private static partial void LogRestartWouldFail(ILogger logger, string file, string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the version of the configuration cannot be kept in its history problem={Problem}")]
    private static partial void LogNoHistory(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "configuration not reloaded, what ran before goes on")]
    private static partial void LogReloadFailed(ILogger logger, Exception exception);

    private sealed class Snapshot(MoxConfig config)
    {
        public MoxConfig Config { get; } = config;

        public AddressResolver Addresses { get; } = new(config);
    }
}
