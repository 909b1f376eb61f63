namespace Mox.Store;

/// <summary>How far a group came.</summary>
internal enum GroupStep
{
    Nothing,
    Begun,
    CommitTried,
}
