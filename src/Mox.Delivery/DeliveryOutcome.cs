namespace Mox.Delivery;

/// <summary>What became of one delivery to one mailbox: the vocabulary of log and metric.</summary>
internal enum DeliveryOutcome
{
    /// <summary>On stable storage in the mailbox.</summary>
    Delivered,

    /// <summary>Already there: an earlier attempt at the same message had reached this mailbox and failed for another.</summary>
    DeliveredEarlier,

    /// <summary>Nobody here has this address.</summary>
    UnknownUser,

    /// <summary>The domain of From asks to refuse it (DMARC).</summary>
    DmarcPolicy,

    /// <summary>From shows readers another author than the one that is checked.</summary>
    DeceivingFrom,

    /// <summary>The header is longer than anybody's.</summary>
    HeaderTooLong,

    /// <summary>Only members may write to this alias, and the author is not proven to be one.</summary>
    NotMember,

    /// <summary>The account is full.</summary>
    OverQuota,

    /// <summary>Too much mail to this account from this network.</summary>
    HighRate,

    /// <summary>No space left on the device.</summary>
    StoreFull,

    /// <summary>The account's store does not answer, or any other fault of ours.</summary>
    Error,
}
