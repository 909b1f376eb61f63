using Mox.Store;

namespace Mox.Imap.Threading;

/// <summary>ORDEREDSUBJECT (RFC 5256 section 3): one thread for each base subject, its first message above all others.</summary>
internal static class SubjectThreads
{
    /// <param name="keys">Of the messages.</param>
    /// <param name="byDate">The messages in the order of their sent dates.</param>
    public static ThreadForest Build(ThreadKeys keys, int[] byDate)
    {
        var forest = new ThreadForest(byDate.Length, byDate.Length);
        var roots = new Dictionary<UInt128, int>();
        foreach (int message in byDate)
        {
            bool isFirst = roots.TryAdd(keys.Subjects[message], message);
            forest.Append(message, isFirst ? ThreadForest.None : roots[keys.Subjects[message]]);
        }
        return forest;
    }
}
