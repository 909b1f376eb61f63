using System.CommandLine;
using Mox.Dns;

namespace Mox.Host.Cli;

/// <summary>What a command runs with, beside its arguments: where it reads and writes, whom it asks, what time it is. Tests give their own.</summary>
internal sealed class MoxInvocation : InvocationConfiguration
{
    public MoxInvocation(TextWriter output, TextWriter error)
    {
        (Output, Error) = (output, error);
        EnableDefaultExceptionHandler = false;
        // Signals are the host's: it says goodbye to clients first.
        ProcessTerminationTimeout = null;
    }

    /// <summary>Opens standard input.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Opens standard output, for what is no text.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Who answers questions about names; null: the servers of the machine, or the one that is named.</summary>
    public IDnsResolver? Dns { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
