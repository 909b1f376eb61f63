namespace Mox.Load.Stress;

/// <summary>How a client hears of changes.</summary>
internal enum Kind
{
    Plain,
    CondStore,
    QResync,
    UidOnly,
}

/// <summary>What the server tells while no command runs (NOTIFY); with the first also of messages that are gone.</summary>
internal enum Pushes
{
    None,
    Selected,
    SelectedDelayed,
}

/// <summary>How a client uses one connection.</summary>
internal sealed record Manner(Kind Kind, bool Tls, bool Deflated, bool Rev2, Pushes Pushes)
{
    /// <summary>Another one of a client of this kind.</summary>
    public static Manner Next(Kind kind, Random random) =>
        new(kind, random.Next(2) == 0, random.Next(3) == 0, random.Next(3) == 0, (Pushes)Math.Max(0, random.Next(-1, 3)));

    public bool TellsModSeq => Kind != Kind.Plain;

    /// <summary>What ENABLE is to name; nothing for a client that does without.</summary>
    public string Features
    {
        get
        {
            string kind = Kind switch { Kind.QResync => "QRESYNC", Kind.UidOnly => "UIDONLY CONDSTORE", Kind.CondStore => "CONDSTORE", _ => "" };
            return $"{kind}{(Rev2 ? " IMAP4rev2" : "")}".Trim();
        }
    }

    /// <summary>The command by which pushes are asked for, of the mailbox that is selected and of all others.</summary>
    public string Notify =>
        $"NOTIFY SET STATUS ({(Pushes == Pushes.Selected ? "SELECTED" : "SELECTED-DELAYED")} (MessageNew (FLAGS{(TellsModSeq ? " MODSEQ" : "")}) MessageExpunge FlagChange))"
        + " (PERSONAL (MessageNew MessageExpunge FlagChange))";

    /// <summary>Sequence numbers may change between two commands, or are not there at all.</summary>
    public bool UsesUids => Kind == Kind.UidOnly || Pushes == Pushes.Selected;

    public override string ToString() =>
        $"{Kind}{(Tls ? ", TLS" : "")}{(Deflated ? ", deflated" : "")}{(Rev2 ? ", rev2" : "")}{(Pushes != Pushes.None ? $", {Pushes}" : "")}";
}
