using System.Diagnostics;

namespace Mox.Store;

/// <summary>One write: runs in a savepoint of the group's transaction, on the writer's thread.</summary>
internal abstract class GroupOperation<TContext>
{
    /// <summary>The span that waits for it, when somebody traces: the writer's thread has none of its own.</summary>
    public ActivityContext Caller { get; set; }

    /// <summary>Does it: rows, links, and what memory is to become. Throws when it cannot be done; nothing of it stays then.</summary>
    public abstract void Execute(TContext context);

    /// <summary>The group is on stable storage.</summary>
    public abstract void Complete();

    /// <summary>It was not done.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A write that somebody waits for.</summary>
internal abstract class GroupOperation<TContext, TResult> : GroupOperation<TContext>
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;

    public Task<TResult> Task => _completion.Task;

    public sealed override void Execute(TContext context) => _result = Run(context);

    public sealed override void Complete() => _completion.TrySetResult(_result!);

    public sealed override void Fail(Exception exception) => _completion.TrySetException(exception);

    protected abstract TResult Run(TContext context);
}

/// <summary>A write without a class of its own.</summary>
internal sealed class DelegateOperation<TContext, TResult>(Func<TContext, TResult> run) : GroupOperation<TContext, TResult>
{
    protected override TResult Run(TContext context) => run(context);
}
