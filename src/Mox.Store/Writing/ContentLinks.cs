namespace Mox.Store;

/// <summary>The names that contents get in a group, and the directories to flush before its commit. Used on the writer's thread only.</summary>
internal sealed class ContentLinks(IMessageFiles files, string directory)
{
    private readonly List<string> _links = [];
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private string? _settledDirectory;
    private string? _unsettledDirectory;

    /// <summary>Links that the group made so far.</summary>
    public int Count => _links.Count;

    public IReadOnlyCollection<string> DirectoriesToFlush => _directories;

    public void BeginGroup()
    {
        _links.Clear();
        _directories.Clear();
        _unsettledDirectory = null;
    }

    /// <summary>Links a spooled file, which is on stable storage, as the content of a message.</summary>
    public void Add(string temporaryPath, MessageId id)
    {
        // Noted before it is made: a failure in between removes a file that is not there, which is no error.
        _links.Add(files.PathOf(directory, id));
        IReadOnlyList<string> touched = files.Link(temporaryPath, directory, id);
        _directories.UnionWith(touched);
        // A directory that was there may have been made by a group that failed, or by a process that died, before its own name was flushed.
        if (touched[0] != _settledDirectory)
        {
            _unsettledDirectory = touched[0];
            _directories.Add(Path.GetDirectoryName(touched[0])!);
        }
    }

    /// <summary>Removes links that the group made, from an index on; only for what surely was not committed.</summary>
    public void Remove(int from)
    {
        for (int i = _links.Count - 1; i >= from; i--)
        {
            files.Delete(_links[i]);
            _links.RemoveAt(i);
        }
    }

    /// <summary>The directories of the group are on stable storage.</summary>
    public void DirectoriesFlushed()
    {
        _settledDirectory = _unsettledDirectory ?? _settledDirectory;
        _unsettledDirectory = null;
    }

    /// <summary>The group holds: its links stay whatever happens next.</summary>
    public void Committed() => _links.Clear();
}
