using Microsoft.Win32.SafeHandles;
using Mox.Store;

namespace Mox.Testing;

/// <summary>Message files that say each step to <see cref="Faults"/>.</summary>
/// <remarks>Compiled into the test projects that know the store, so that the others need not build it.</remarks>
internal sealed class FaultyFiles(IMessageFiles files, Faults faults) : IMessageFiles
{
    public SafeFileHandle CreateTemporary(out string path)
    {
        faults.Reach("create");
        return files.CreateTemporary(out path);
    }

    public void Flush(SafeFileHandle file)
    {
        faults.Reach("flush");
        files.Flush(file);
    }

    public void Delete(string path) => files.Delete(path);

    public IReadOnlyList<string> Link(string temporaryPath, string accountDirectory, MessageId id)
    {
        faults.Reach("link");
        IReadOnlyList<string> touched = files.Link(temporaryPath, accountDirectory, id);
        faults.Reach("linked");
        return touched;
    }

    public void FlushDirectory(string path)
    {
        faults.Reach("flush directory");
        files.FlushDirectory(path);
        faults.FlushedDirectories.Add(path);
    }

    public long SweepAbove(string accountDirectory, long lastId) => files.SweepAbove(accountDirectory, lastId);

    public string PathOf(string accountDirectory, MessageId id) => files.PathOf(accountDirectory, id);

    public SafeFileHandle OpenRead(string accountDirectory, MessageId id) => files.OpenRead(accountDirectory, id);
}
