namespace Mox.Config;

/// <summary>Notices that files have changed, by time and size: asked from time to time, and quiet while they are being written.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class FileWatch(IReadOnlyList<string> files)
{
    private string _taken = Stamp(files);
    private string _seen = "";

    /// <summary>Whether they are others than the last time that this was true, and the same as when asked before: who writes them is done.</summary>
    public bool HasChanged()
    {
        string now = Stamp(files);
        bool isSettled = now == _seen;
        _seen = now;
        if (!isSettled || now == _taken)
        {
            return false;
        }

        _taken = now;
        return true;
    }

    /// <summary>The files as they are now are known.</summary>
    public void Take() => _taken = Stamp(files);

    private static string Stamp(IReadOnlyList<string> files) => string.Join('\n', files.Select(Stamp));

    private static string Stamp(string file)
    {
        try
        {
            var info = new FileInfo(file);
            // Links are common for certificates; what they lead to counts.
            FileSystemInfo target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            return target is FileInfo { Exists: true } there
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{there.FullName} {there.LastWriteTimeUtc.Ticks} {there.Length}")
                : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
