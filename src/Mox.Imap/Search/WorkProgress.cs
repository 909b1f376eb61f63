namespace Mox.Imap.Search;

/// <summary>How far work is that may take long: written by the work, read by who waits for it.</summary>
internal sealed class WorkProgress
{
    private long _done;
    private long _goal;

    /// <summary>How much has been done.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>How much there is to do; 0 while that is not known.</summary>
    public long Goal => Volatile.Read(ref _goal);

    /// <summary>There is so much more to do.</summary>
    public void Expect(long count) => Interlocked.Add(ref _goal, count);

    /// <summary>So much more was done.</summary>
    public void Advance(long count) => Interlocked.Add(ref _done, count);
}
