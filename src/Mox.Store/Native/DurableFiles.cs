namespace Mox.Store;

/// <summary>What .NET lacks to replace a file durably, for others than the store.</summary>
public static class DurableFiles
{
    /// <summary>Flushes a directory, so that files renamed in it are there after a crash; nothing on Windows.</summary>
    /// <exception cref="IOException">It cannot be flushed.</exception>
    public static void FlushDirectory(string directory) => Platform.FlushDirectory(directory);

    /// <summary>Gives a file or directory to the owner of another, where the process may; only on Linux.</summary>
    public static void CopyOwner(string from, string to) => Platform.CopyOwner(from, to);

    /// <summary>The number of the user that a file belongs to when that is somebody else; null when it is ours, or where that cannot be asked.</summary>
    public static uint? StrangerOf(string path) => Platform.StrangerOf(path);
}
