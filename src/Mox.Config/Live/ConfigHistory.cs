using System.Globalization;
using System.Text;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>
/// The last versions of domains.json that were used, in <c>history/</c> beside it: files whose names sort by time, each beginning with a comment
/// that says when, who and what. To go back, copy one over domains.json.
/// </summary>
internal sealed class ConfigHistory(string directory, ConfigFiles files, TimeProvider time, string like)
{
    /// <summary>So many are kept.</summary>
    public const int Kept = 20;

    private const string Prefix = "domains-";
    private const string Suffix = ".json";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'.'fff'Z'";

    /// <summary>The names of the versions, the oldest first.</summary>
    public IReadOnlyList<string> Versions() => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, Prefix + "*" + Suffix).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Keeps a version, unless it is the newest one already; the oldest goes.</summary>
    public void Keep(ReadOnlySpan<byte> content, string who, string what)
    {
        // The header comes first, so a byte order mark must go.
        content = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        IReadOnlyList<string> versions = Versions();
        if (versions.Count > 0 && WithoutHeader(File.ReadAllBytes(versions[^1])).SequenceEqual(content))
        {
            return;
        }

        files.CreateDirectory(directory, like);
        DateTimeOffset now = time.GetUtcNow();
        string name = NameAt(now);
        // A clock that was set back, or two in a millisecond.
        for (int i = 0; versions.Count > 0 && string.CompareOrdinal(name, versions[^1]) <= 0; i++)
        {
            name = i == 0 ? NameAt(TimeOf(versions[^1]).AddMilliseconds(1)) : throw new IOException($"{versions[^1]} has no time in its name: remove it");
        }

        string header = string.Create(CultureInfo.InvariantCulture, $"// {now:yyyy-MM-dd'T'HH:mm:ss'Z'} {PlainText.Shown(who)}: {PlainText.Shown(what)}\n");
        files.Replace(name, [.. Encoding.UTF8.GetBytes(header), .. content], like);
        foreach (string old in versions.Take(versions.Count + 1 - Kept))
        {
            File.Delete(old);
        }
    }

    private static ReadOnlySpan<byte> WithoutHeader(byte[] version) =>
        version.AsSpan(Math.Min(version.Length, Array.IndexOf(version, (byte)'\n') + 1));

    private static DateTimeOffset TimeOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file)[Prefix.Length..];
        return DateTimeOffset.TryParseExact(name, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            ? at
            : DateTimeOffset.MinValue;
    }

    private string NameAt(DateTimeOffset at) => Path.Combine(directory, Prefix + at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + Suffix);
}
