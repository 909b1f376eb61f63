namespace Mox.Store;

/// <summary>What is done to mailboxes as such; each runs on the writer.</summary>
internal static class MailboxOperations
{
    /// <summary>Makes a mailbox and the missing ones above it, subscribed.</summary>
    public static Mailbox Create(WriteContext context, MailboxName name, SpecialUse specialUse)
    {
        if (context.Mailboxes.TryFind(name, out _))
        {
            throw new MailboxExistsException();
        }

        CreateParents(context, name);
        TakeRoles(context, specialUse, except: default);
        Mailbox mailbox = context.AddMailbox(name, specialUse);
        context.SetSubscribed(name, true);
        return mailbox;
    }

    /// <summary>The mailbox of this name, made when it is missing.</summary>
    public static Mailbox FindOrCreate(WriteContext context, MailboxName name) =>
        context.Mailboxes.TryFind(name, out Mailbox? mailbox) ? mailbox : Create(context, name, SpecialUse.None);

    public static ModSeq Delete(WriteContext context, MailboxId id)
    {
        Mailbox mailbox = context.Mailbox(id);
        if (mailbox.Name == MailboxName.Inbox)
        {
            throw new InvalidChangeException("The Inbox cannot be deleted.");
        }

        if (context.Mailboxes.HasChildren(mailbox.Name))
        {
            throw new MailboxHasChildrenException();
        }

        var removed = new List<MessageEntry>();
        foreach (Uid uid in MessageRows.AllUids(context.Database, id))
        {
            if (MessageRows.TryRead(context, id, uid, out MessageEntry entry))
            {
                removed.Add(entry);
            }
        }

        if (removed.Count > 0)
        {
            ExpungeOperation.Remove(context, mailbox, removed);
        }

        context.Database.Prepare("DELETE FROM Tombstones WHERE MailboxId = ?").Bind(id.Value).Run();
        AnnotationRows.DeleteAll(context.Database, id);
        context.RemoveMailbox(context.Mailbox(id));
        return context.ModSeq;
    }

    public static ModSeq Rename(WriteContext context, MailboxId id, MailboxName newName)
    {
        Mailbox mailbox = context.Mailbox(id);
        if (newName.IsUnder(mailbox.Name) && mailbox.Name != MailboxName.Inbox)
        {
            throw new InvalidChangeException("A mailbox cannot be moved below itself.");
        }

        if (context.Mailboxes.TryFind(newName, out _))
        {
            throw new MailboxExistsException();
        }

        if (mailbox.Name == MailboxName.Inbox)
        {
            // The Inbox stays; its messages move, and what is below it stays too (RFC 9051 section 6.3.6).
            Mailbox target = Create(context, newName, SpecialUse.None);
            CopyOperation.Transfer(context, context.Mailbox(id), null, target, move: true);
            SetAnnotationsOperation.Copy(context, id, target.Id);
            return context.ModSeq;
        }

        Mailbox[] all = [mailbox, .. context.Mailboxes.Under(mailbox.Name)];
        CreateParents(context, newName);
        foreach (Mailbox one in all)
        {
            RenameOne(context, one, mailbox.Name, newName);
        }

        return context.ModSeq;
    }

    public static bool SetSpecialUse(WriteContext context, MailboxId id, SpecialUse specialUse)
    {
        Mailbox mailbox = context.Mailbox(id);
        TakeRoles(context, specialUse, id);
        if (mailbox.SpecialUse != specialUse)
        {
            context.Put(mailbox with { SpecialUse = specialUse });
            context.Changes.Add(new ChangeSpecialUse(id, context.ModSeq, mailbox.Name, specialUse));
        }

        return true;
    }

    private static void RenameOne(WriteContext context, Mailbox one, MailboxName from, MailboxName to)
    {
        MailboxName name;
        try
        {
            name = one.Name.Rebase(from, to);
        }
        catch (FormatException e)
        {
            throw new InvalidChangeException(e.Message);
        }

        // A mailbox that was made on the way as a parent of the new name cannot be in the way: new names are below it.
        if (context.Mailboxes.TryFind(name, out _))
        {
            throw new MailboxExistsException();
        }

        Mailbox renamed = one with { Name = name };
        // At once, so that the unique index holds at each step.
        MailboxRows.Update(context.Database, renamed);
        context.Put(renamed);
        context.Changes.Add(new ChangeMailboxRename(one.Id, context.ModSeq, one.Name, name));
        if (context.Mailboxes.IsSubscribed(one.Name))
        {
            // The old name stays subscribed: only the user unsubscribes (RFC 9051 section 6.3.7).
            context.SetSubscribed(name, true);
        }
    }

    private static void CreateParents(WriteContext context, MailboxName name)
    {
        var missing = new Stack<MailboxName>();
        for (MailboxName? parent = name.Parent; parent is { } above && !context.Mailboxes.TryFind(above, out _); parent = above.Parent)
        {
            missing.Push(above);
        }

        foreach (MailboxName above in missing)
        {
            context.AddMailbox(above, SpecialUse.None);
            context.SetSubscribed(above, true);
        }
    }

    // Each role has one holder.
    private static void TakeRoles(WriteContext context, SpecialUse roles, MailboxId except)
    {
        if (roles == SpecialUse.None)
        {
            return;
        }

        foreach (Mailbox holder in context.Mailboxes.ById.Values.Where(m => m.Id != except && (m.SpecialUse & roles) != 0).ToList())
        {
            Mailbox without = holder with { SpecialUse = holder.SpecialUse & ~roles };
            context.Put(without);
            context.Changes.Add(new ChangeSpecialUse(holder.Id, context.ModSeq, holder.Name, without.SpecialUse));
        }
    }
}
