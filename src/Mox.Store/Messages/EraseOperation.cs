namespace Mox.Store;

/// <summary>Removes the rows of contents that no message names any more; their files go after the commit.</summary>
/// <remarks>
/// Rows first, files later: a crash in between leaves the row in Erases with IsRowGone, and the next open removes the file. A content that
/// a message names again or still (a copy) only loses its place in Erases. A copy may have been expunged since the erasing was asked for: then it
/// is for that expunge to have the content erased, once no view names it.
/// </remarks>
internal sealed class EraseOperation(
    IReadOnlyList<MessageId> contents, Func<MessageId, bool> defer, Action<List<MessageId>> removeFiles) : WriteOperation
{
    private readonly List<MessageId> _gone = [];

    public override void Execute(WriteContext context)
    {
        _gone.Clear();
        Database database = context.Database;
        // Those of this group, which views do not know of before it is committed.
        HashSet<MessageId> expunged = [.. context.Edits.OfType<SnapshotRemove>().Where(e => e.Erase).SelectMany(e => e.Contents)];
        foreach (MessageId id in contents)
        {
            if (IsNamed(database, id))
            {
                database.Prepare("DELETE FROM Erases WHERE ContentId = ?").Bind(id.Value).Run();
                continue;
            }

            if (expunged.Contains(id) || defer(id))
            {
                continue;
            }

            ThreadAssigner.Leave(database, id);
            ContentRows.Delete(database, id);
            database.Prepare("UPDATE Erases SET IsRowGone = 1 WHERE ContentId = ?").Bind(id.Value).Run();
            _gone.Add(id);
        }
    }

    public override void Complete() => removeFiles(_gone);

    // The rows stay in Erases: the next open tries again.
    public override void Fail(Exception exception)
    {
    }

    private static bool IsNamed(Database database, MessageId id)
    {
        Statement read = database.Prepare("SELECT 1 FROM Messages WHERE ContentId = ? LIMIT 1").Bind(id.Value);
        bool named = read.Step();
        read.Reset();
        return named;
    }
}

/// <summary>The files of erased contents are gone too.</summary>
internal sealed class FilesErasedOperation(IReadOnlyList<MessageId> contents) : WriteOperation
{
    public override void Execute(WriteContext context)
    {
        foreach (MessageId id in contents)
        {
            context.Database.Prepare("DELETE FROM Erases WHERE ContentId = ? AND IsRowGone = 1").Bind(id.Value).Run();
        }
    }

    public override void Complete()
    {
    }

    public override void Fail(Exception exception)
    {
    }
}
