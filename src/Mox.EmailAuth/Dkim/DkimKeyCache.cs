namespace Mox.EmailAuth.Dkim;

/// <summary>
/// Keys that were read, since reading one takes longer than a check with it; the least recently used go. Whether a key still
/// holds is the DNS answer's matter: this only remembers what its bytes mean.
/// </summary>
internal sealed class DkimKeyCache(int capacity = 1000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Text, DkimPublicKey Key)>> _keys = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Text, DkimPublicKey Key)> _byUse = new();

    /// <summary>The key of some bytes; null, with the reason, when they are none.</summary>
    public DkimPublicKey? Get(DkimAlgorithm algorithm, ReadOnlySpan<byte> bytes, out string? problem)
    {
        string text = $"{algorithm}{Convert.ToBase64String(bytes)}";
        problem = null;
        lock (_gate)
        {
            if (_keys.TryGetValue(text, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value.Key;
            }
        }

        if (!DkimPublicKey.TryRead(algorithm, bytes, out var key, out problem))
        {
            return null;
        }

        lock (_gate)
        {
            if (!_keys.ContainsKey(text))
            {
                _keys[text] = _byUse.AddFirst((text, key));
                if (_keys.Count > capacity)
                {
                    _keys.Remove(_byUse.Last!.Value.Text);
                    _byUse.RemoveLast();
                }
            }
        }

        return key;
    }
}
