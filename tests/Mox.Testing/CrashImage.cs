namespace Mox.Testing;

/// <summary>A data directory as a crash in this moment would leave it.</summary>
public static class CrashImage
{
    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // SQLite's shared memory is not on stable storage; the lock is of the process.
            if (Path.GetFileName(file) != "lock" && !file.EndsWith("-shm", StringComparison.Ordinal))
            {
                CopyFile(file, target);
            }
        }
    }

    private static void CopyFile(string file, string target)
    {
        try
        {
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream copy = File.Create(target);
            source.CopyTo(copy);
        }
        catch (FileNotFoundException)
        {
            // A content or temporary file that went meanwhile.
        }
    }
}
