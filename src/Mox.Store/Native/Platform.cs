using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mox.Store;

/// <summary>What .NET lacks of the operating system: hard links, flushing a directory, umask, syncfs.</summary>
/// <remarks>Windows gets a copy in place of a link and no directory flush: NTFS journals its directories.</remarks>
internal static partial class Platform
{
    private const int OpenDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
    private const int Enospc = 28;
    private const int Edquot = 122;
    private const int Enoent = 2;

    /// <summary>Files that the process makes are readable by its user only, SQLite's own files too.</summary>
    public static void RestrictNewFiles()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Umask(0x3f); // 077
        }
    }

    public static void Link(string existing, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Copy(existing, path);
            using SafeFileHandle copy = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(copy);
        }
        else if (LinkFile(existing, path) != 0)
        {
            throw Failure("link " + path);
        }
    }

    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int directory = Open(path, OpenDirectory);
        if (directory < 0)
        {
            throw Failure("open " + path);
        }

        try
        {
            if (Fsync(directory) != 0)
            {
                throw Failure("fsync " + path);
            }
        }
        finally
        {
            _ = Close(directory);
        }
    }

    /// <summary>Flushes the whole file system that a directory is on: one call in place of one for each of many files.</summary>
    public static void FlushFileSystem(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int directory = Open(path, OpenDirectory);
        if (directory < 0)
        {
            throw Failure("open " + path);
        }

        try
        {
            if (OperatingSystem.IsLinux() ? SyncFs(directory) != 0 : Fsync(directory) != 0)
            {
                throw Failure("syncfs " + path);
            }
        }
        finally
        {
            _ = Close(directory);
        }
    }

    /// <summary>What is not ours to give away stays as it is: then the user is the same, or the file can be read anyway.</summary>
    public static void CopyOwner(string from, string to)
    {
        if (OperatingSystem.IsLinux() && OwnerOf(from) is { } owner && OwnerOf(to) != owner)
        {
            _ = ChangeOwner(to, owner.User, owner.Group);
        }
    }

    /// <summary>The user that a file belongs to when that is another than the one of this process; null too where it cannot be asked.</summary>
    public static uint? StrangerOf(string path) =>
        OperatingSystem.IsLinux() && OwnerOf(path) is { } owner && owner.User != EffectiveUser() ? owner.User : null;

    public static bool IsDiskFull(Exception exception) =>
        // .NET keeps errno in HResult on Unix; 0x70 and 0x27 are Windows' ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
        exception is IOException && (exception.HResult is Enospc or Edquot
            || (OperatingSystem.IsWindows() && (exception.HResult & 0xffff) is 0x70 or 0x27));

    // struct statx is the same on all architectures, struct stat is not.
    private static (uint User, uint Group)? OwnerOf(string path)
    {
        const int here = -100; // AT_FDCWD
        const uint userAndGroup = 0x18; // STATX_UID | STATX_GID
        Span<uint> status = stackalloc uint[64];
        return StatX(here, path, 0, userAndGroup, ref status[0]) == 0 ? (status[5], status[6]) : null;
    }

    private static IOException Failure(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"{what}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error == Enoent ? new FileNotFoundException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LinkFile(string existing, string path);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFs(int file);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, ref uint status);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
