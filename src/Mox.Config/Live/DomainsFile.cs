using System.Collections.Immutable;
using Mox.Config.Editing;

namespace Mox.Config;

/// <summary>domains.json of a directory: read, changed and kept in the history, under the appsettings.json of the start.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class DomainsFile
{
    private const int Attempts = 3;

    private readonly LiveConfigOptions _options;
    private readonly ConfigFiles _files;
    private readonly ConfigHistory _history;
    private readonly FileWatch _watch;
    private byte[] _staticJson = [];
    private byte[] _lastStaticJson = [];
    private byte[] _json = [];
    private MoxConfig? _config;
    private bool _isInvalid;
    private string? _historyProblem;

    public DomainsFile(string directory, LiveConfigOptions options)
    {
        _options = options;
        Directory = directory;
        File = Path.Combine(directory, ConfigLoader.DomainsFileName);
        StaticFile = Path.Combine(directory, ConfigLoader.StaticFileName);
        _files = new ConfigFiles(options.FileSystem);
        _history = new ConfigHistory(Path.Combine(directory, LiveConfig.HistoryDirectoryName), _files, options.Time, like: File);
        _watch = new FileWatch([File, StaticFile]);
    }

    public string Directory { get; }

    public string File { get; }

    public string StaticFile { get; }

    /// <summary>What both files say; from then on the static one stands.</summary>
    public MoxConfig Load()
    {
        _watch.Take();
        var problems = new List<ConfigProblem>();
        byte[]? statics = ConfigLoader.ReadFile(StaticFile, problems);
        byte[]? domains = ConfigLoader.ReadFile(File, problems);
        if (statics is null || domains is null)
        {
            throw new ConfigException([.. problems]);
        }

        (_staticJson, _lastStaticJson, _json) = (statics, statics, domains);
        (MoxConfig? config, ImmutableArray<ConfigProblem> found) = Parse(domains);
        return _config = config ?? throw new ConfigException(found);
    }

    /// <summary>Whether the files are others than those that were read; asked from time to time.</summary>
    public bool HasChanged() => _watch.HasChanged();

    /// <summary>Whether the static file has changed since it was asked before, and what would be wrong with a start now.</summary>
    public bool StaticFileChanged(out ImmutableArray<ConfigProblem> mistakes)
    {
        mistakes = [];
        var problems = new List<ConfigProblem>();
        byte[] now = ConfigLoader.ReadFile(StaticFile, problems) ?? [];
        if (now.AsSpan().SequenceEqual(_lastStaticJson))
        {
            return false;
        }

        _lastStaticJson = now;
        if (now.AsSpan().SequenceEqual(_staticJson))
        {
            return false;
        }

        try
        {
            ConfigLoader.Load(Directory);
        }
        catch (ConfigException e)
        {
            mistakes = [.. e.Problems.Where(problem => problem.File == StaticFile)];
        }

        return true;
    }

    /// <summary>The configuration when it is a new one; the problems when it cannot be used; neither when nothing has changed.</summary>
    public (MoxConfig? Config, ImmutableArray<ConfigProblem> Problems) Reload()
    {
        _watch.Take();
        var problems = new List<ConfigProblem>();
        if (ConfigLoader.ReadFile(File, problems) is not { } json)
        {
            _isInvalid = true;
            return (null, [.. problems]);
        }

        if (json.AsSpan().SequenceEqual(_json) && !_isInvalid)
        {
            return (null, []);
        }

        (MoxConfig? config, ImmutableArray<ConfigProblem> found) = Parse(json);
        _isInvalid = config is null;
        if (config is not null)
        {
            (_json, _config) = (json, config);
            Keep(json, "file", "changed by hand");
        }

        return (config, found);
    }

    /// <summary>Edits the file as it is now; the configuration when that was done, else the problems.</summary>
    public (MoxConfig? Config, ImmutableArray<ConfigProblem> Problems) Change(
        Func<JsonText, MoxConfig, ImmutableArray<ConfigProblem>> edit, string who, string what)
    {
        for (int i = 0; i < Attempts; i++)
        {
            var unreadable = new List<ConfigProblem>();
            if (ConfigLoader.ReadFile(File, unreadable) is not { } before)
            {
                return (null, [.. unreadable]);
            }

            (MoxConfig? config, ImmutableArray<ConfigProblem> problems) = Edited(before, edit, out byte[] after);
            if (config is null)
            {
                return (null, problems);
            }

            // It may have been changed by hand while we thought.
            if (ConfigLoader.ReadFile(File, unreadable)?.AsSpan().SequenceEqual(before) == true)
            {
                return Write(before, after, config, who, what) is { } problem ? (null, [problem]) : (config, []);
            }
        }

        return (null, [new ConfigProblem(File, "", 0, 0, "is changed by somebody else all the time", "try again when they are done")]);
    }

    /// <summary>Why the history has a gap, once.</summary>
    public string? TakeHistoryProblem()
    {
        string? problem = _historyProblem;
        _historyProblem = null;
        return problem;
    }

    private (MoxConfig? Config, ImmutableArray<ConfigProblem> Problems) Edited(
        byte[] before, Func<JsonText, MoxConfig, ImmutableArray<ConfigProblem>> edit, out byte[] after)
    {
        after = before;
        // To read 10,000 accounts takes a while: what the file says is known, unless it was changed by hand.
        (MoxConfig? config, ImmutableArray<ConfigProblem> problems) = before.AsSpan().SequenceEqual(_json) ? (_config, []) : Parse(before);
        if (config is null)
        {
            return (null, problems);
        }

        var text = new JsonText(before);
        problems = edit(text, config);
        if (!problems.IsEmpty)
        {
            return (null, problems);
        }

        after = text.ToArray();
        return Parse(after);
    }

    private ConfigProblem? Write(byte[] before, byte[] after, MoxConfig config, string who, string what)
    {
        try
        {
            Keep(before, "file", "found before: " + what);
            _files.Replace(File, after);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigProblem(File, "", 0, 0, $"cannot be written: {e.Message.TrimEnd('.')}", "correct that and try again; nothing was changed");
        }

        _watch.Take();
        (_json, _config) = (after, config);
        _isInvalid = false;
        Keep(after, who, what);
        return null;
    }

    private void Keep(byte[] json, string who, string what)
    {
        try
        {
            _history.Keep(json, who, what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _historyProblem = e.Message;
        }
    }

    private (MoxConfig? Config, ImmutableArray<ConfigProblem> Problems) Parse(byte[] domainsJson)
    {
        try
        {
            // At the start all files that are named are looked at, later the new ones.
            MoxConfig read = ConfigLoader.Parse(_staticJson, domainsJson, Directory, null, new NamedFiles(_options.KeyProblem, _config));
            MoxConfig config = _options.Adjust(read);
            // A file that was changed by hand may not fit to what the command line asks for.
            ImmutableArray<ConfigProblem> problems = ReferenceEquals(read, config) ? [] : ConfigLoader.Validate(config);
            return problems.IsEmpty ? (config, []) : (null, problems);
        }
        catch (ConfigException e)
        {
            return (null, e.Problems);
        }
    }
}
