using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mox.Load;

/// <summary>What the machine's disk allows at best: bare loops of what a durable delivery must do.</summary>
internal static partial class Ceiling
{
    private const int Rounds = 400;
    private const int OpenReadOnlyDirectory = 0x10000;

    public static int Run(Options options)
    {
        string folder = Path.Combine(options["dir"], $"ceiling-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            Results results = new(options["out"]);
            byte[] message = Messages.Make(1, 5000, withDot: false);
            results.Add("ceiling.fsync.per_s", Rate(i => Write(Path.Combine(folder, $"f{i}"), message)));
            int directory = Check(Open(folder, OpenReadOnlyDirectory), "open");
            try
            {
                results.Add("ceiling.link.per_s", Rate(i =>
                {
                    Check(Link(Path.Combine(folder, $"f{i}"), Path.Combine(folder, $"l{i}")), "link");
                    Check(Fsync(directory), "fsync");
                }));
            }
            finally
            {
                _ = Close(directory);
            }

            // A commit of a small transaction: some pages appended to a log that has its size already.
            byte[] pages = new byte[3 * (4096 + 24)];
            using FileStream log = new(Path.Combine(folder, "log"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1);
            log.SetLength(Rounds * (long)pages.Length);
            log.Flush(flushToDisk: true);
            results.Add("ceiling.wal.per_s", Rate(_ =>
            {
                log.Write(pages);
                Check(Fdatasync((int)log.SafeFileHandle.DangerousGetHandle()), "fdatasync");
            }));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Rate(Action<int> step)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Rounds; i++)
        {
            step(i);
        }

        return Rounds / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Write(string path, byte[] content)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new LoadException($"{what}: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
