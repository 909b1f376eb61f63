namespace Mox.Store;

/// <summary>
/// Header texts that searches have read, in blocks of neighbouring contents, for the next search: a client that searches while its user
/// types asks for the same again and again. One for all accounts, of bounded size; what was not used for longest goes first.
/// </summary>
/// <remarks>Thread-safe. Texts of a content never change, and a block is kept only when all its contents are committed.</remarks>
internal sealed class HeaderTextCache(long maxBytes = HeaderTextCache.DefaultMaxBytes)
{
    private const long DefaultMaxBytes = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedListNode<(Key Key, HeaderTexts Texts)>> _blocks = [];
    private readonly LinkedList<(Key Key, HeaderTexts Texts)> _byUse = new();
    private long _accounts;
    private long _bytes;

    /// <summary>Memory of all blocks.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>A key for an account that was opened.</summary>
    public long NewAccount() => Interlocked.Increment(ref _accounts);

    public HeaderTexts? Find(long account, HeaderTextColumns columns, long block)
    {
        lock (_gate)
        {
            if (!_blocks.TryGetValue(new(account, columns, block), out LinkedListNode<(Key, HeaderTexts Texts)>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Texts;
        }
    }

    /// <summary>Keeps texts that nobody fills any more.</summary>
    public void Add(long account, long block, HeaderTexts texts)
    {
        lock (_gate)
        {
            var key = new Key(account, texts.Columns, block);
            if (!_blocks.TryAdd(key, new((key, texts))))
            {
                // Another search was faster.
                return;
            }

            _byUse.AddFirst(_blocks[key]);
            _bytes += texts.SizeInMemory;
            while (_bytes > maxBytes && _byUse.Last is { } oldest)
            {
                Remove(oldest);
            }
        }
    }

    /// <summary>The account is closed.</summary>
    public void Forget(long account)
    {
        lock (_gate)
        {
            foreach (LinkedListNode<(Key Key, HeaderTexts)> node in _blocks.Values.Where(n => n.Value.Key.Account == account).ToList())
            {
                Remove(node);
            }
        }
    }

    private void Remove(LinkedListNode<(Key Key, HeaderTexts Texts)> node)
    {
        _byUse.Remove(node);
        _blocks.Remove(node.Value.Key);
        _bytes -= node.Value.Texts.SizeInMemory;
    }

    private readonly record struct Key(long Account, HeaderTextColumns Columns, long Block);
}
