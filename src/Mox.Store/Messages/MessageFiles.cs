using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Mox.Store;

/// <summary>Message files on a local file system: <c>msg/&lt;a&gt;/&lt;id&gt;</c>, at most 8,192 in a directory.</summary>
internal sealed class MessageFiles(string temporaryDirectory) : IMessageFiles
{
    private const int DirectoryBits = 13;
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    private long _temporaryCount;

    public SafeFileHandle CreateTemporary(out string path)
    {
        long number = Interlocked.Increment(ref _temporaryCount);
        path = Path.Join(temporaryDirectory, number.ToString(CultureInfo.InvariantCulture));
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    public void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    public IReadOnlyList<string> Link(string temporaryPath, string accountDirectory, MessageId id)
    {
        string directory = Path.Join(accountDirectory, "msg", DirectoryName(id.Value));
        string path = Path.Join(directory, Name(id.Value));
        try
        {
            Platform.Link(temporaryPath, path);
            return [directory];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !Directory.Exists(directory))
        {
            string parent = Path.Join(accountDirectory, "msg");
            Directory.CreateDirectory(directory);
            Platform.Link(temporaryPath, path);
            return [directory, parent, accountDirectory];
        }
    }

    public void FlushDirectory(string path) => Platform.FlushDirectory(path);

    public string PathOf(string accountDirectory, MessageId id) => FileOf(accountDirectory, id);

    public SafeFileHandle OpenRead(string accountDirectory, MessageId id) =>
        File.OpenHandle(PathOf(accountDirectory, id), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public long SweepAbove(string accountDirectory, long lastId)
    {
        long highest = lastId;
        var messages = new DirectoryInfo(Path.Join(accountDirectory, "msg"));
        if (!messages.Exists)
        {
            return highest;
        }

        long firstDirectory = lastId >> DirectoryBits;
        foreach (DirectoryInfo directory in messages.EnumerateDirectories())
        {
            if (!TryParseDirectory(directory.Name, out long number) || number < firstDirectory)
            {
                continue;
            }

            foreach (FileInfo file in directory.EnumerateFiles())
            {
                if (long.TryParse(file.Name, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id > lastId)
                {
                    highest = Math.Max(highest, id);
                    file.Delete();
                }
            }
        }

        return highest;
    }

    /// <summary>All ids that have a file, for the consistency checker; null for a name that is no id or is in the wrong directory.</summary>
    public static IEnumerable<(string Path, long? Id, long SizeBytes)> All(string accountDirectory)
    {
        var messages = new DirectoryInfo(Path.Join(accountDirectory, "msg"));
        if (!messages.Exists)
        {
            yield break;
        }

        foreach (FileInfo file in messages.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            bool valid = long.TryParse(file.Name, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
                && file.Directory!.Name == DirectoryName(id) && file.Directory.Parent!.FullName == messages.FullName;
            yield return (file.FullName, valid ? id : null, file.Length);
        }
    }

    /// <summary>Where the file of a message is below any account's directory, also that of a backup.</summary>
    public static string FileOf(string accountDirectory, MessageId id) =>
        Path.Join(accountDirectory, "msg", DirectoryName(id.Value), Name(id.Value));

    // The number id >> 13 in base 64, least significant digit first: id 1 is in "a".
    internal static string DirectoryName(long id)
    {
        long number = id >> DirectoryBits;
        Span<char> name = stackalloc char[11];
        int length = 0;
        do
        {
            name[length++] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return new string(name[..length]);
    }

    private static bool TryParseDirectory(string name, out long number)
    {
        number = 0;
        if (name.Length is 0 or > 9)
        {
            return false;
        }

        for (int i = name.Length - 1; i >= 0; i--)
        {
            int digit = Digits.IndexOf(name[i], StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            number = (number << 6) | (uint)digit;
        }

        return true;
    }

    private static string Name(long id) => id.ToString(CultureInfo.InvariantCulture);
}
