namespace Mox.Load.Stress;

/// <summary>What is known of one message, and the last things that were done to it.</summary>
internal sealed class Fate(int clients)
{
    private const int KeptDeeds = 30;
    private readonly bool?[] _keywords = new bool?[clients];
    private readonly bool[] _haveStored = new bool[clients];

    /// <summary>The number of the message that it must hold; -1 while nobody has said.</summary>
    public int Content { get; set; } = -1;

    /// <summary>The number that a client read in it.</summary>
    public int Sighted { get; set; } = -1;

    /// <summary>What it was copied from.</summary>
    public Fate? Origin { get; set; }

    public bool MayGo { get; set; }

    public bool IsDeleted { get; set; }

    public bool IsGone { get; set; }

    /// <summary>What was done to it.</summary>
    public RecentLines Deeds { get; } = new(KeptDeeds);

    /// <summary>Whether it has a client's keyword; null when that client does not know.</summary>
    public bool? HasKeyword(int client) => _keywords[client];

    /// <summary>A client stored its keyword, or tried to and cannot know what came of it.</summary>
    public void StoreKeyword(int client, bool? value)
    {
        _keywords[client] = value;
        _haveStored[client] = true;
    }

    /// <summary>
    /// It was made with its maker's keyword or with none. Others may have been told of it and stored their own before the maker has read the
    /// reply that says so: what they know, or know that they do not, holds.
    /// </summary>
    public void SetFirstKeywords(int maker, bool hasKeyword)
    {
        for (int client = 0; client < _keywords.Length; client++)
        {
            _keywords[client] = _haveStored[client] ? _keywords[client] : client == maker && hasKeyword;
        }
    }

    /// <summary>It was looked at while nobody changed anything.</summary>
    public void SeeKeyword(int client, bool value) => _keywords[client] = value;
}
