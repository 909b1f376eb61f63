using Microsoft.Win32.SafeHandles;

namespace Mox.Store;

/// <summary>The files of messages: a seam for other places to keep them, and for tests to fail at every step.</summary>
public interface IMessageFiles
{
    /// <summary>Makes a new file in the directory for files in flight, readable by us only.</summary>
    SafeFileHandle CreateTemporary(out string path);

    /// <summary>Brings the bytes of an open file to stable storage. Blocks.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>Removes a file; one that is not there is no error.</summary>
    void Delete(string path);

    /// <summary>Gives a spooled file its name in an account; makes the directory when missing and says so.</summary>
    /// <returns>Directories whose entries changed and must be flushed before the commit.</returns>
    IReadOnlyList<string> Link(string temporaryPath, string accountDirectory, MessageId id);

    /// <summary>Brings the entries of a directory to stable storage. Blocks.</summary>
    void FlushDirectory(string path);

    /// <summary>Removes files with a higher id, which a crash or a failed commit left, and returns the highest id that was there.</summary>
    long SweepAbove(string accountDirectory, long lastId);

    /// <summary>Path of a message's file.</summary>
    string PathOf(string accountDirectory, MessageId id);

    /// <summary>Opens a message's file for reading.</summary>
    SafeFileHandle OpenRead(string accountDirectory, MessageId id);
}
