using System.Collections;

namespace Mox.Smtp.Server;

/// <summary>Puts the connection id on every log line of a connection, as <c>cid</c>.</summary>
internal sealed class SmtpLogScope(string cid) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new("cid", cid) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"cid={cid}";
}
