using Mox.Addresses;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>An error that a local part asks for, in <c>mox localserve</c>: for testing what sends mail.</summary>
/// <param name="Reply">The answer; null for a server that does not answer.</param>
/// <param name="Command">Where it happens.</param>
internal sealed record SimulatedError(SmtpReply? Reply, SimulatedCommand Command)
{
    /// <summary>
    /// A local part that ends in <c>temperror</c>, <c>permerror</c>, <c>timeout</c> or a code from 400 to 599; one that begins with
    /// <c>mailfrom</c> or <c>rcptto</c> asks for it at that command, else after the content. Null for all others.
    /// </summary>
    public static SimulatedError? Of(LocalPart localPart)
    {
        string name = localPart.Value;
        var command = name.StartsWith("mailfrom", StringComparison.OrdinalIgnoreCase) ? SimulatedCommand.Mail
            : name.StartsWith("rcptto", StringComparison.OrdinalIgnoreCase) ? SimulatedCommand.Rcpt
            : SimulatedCommand.Data;
        if (name.EndsWith("timeout", StringComparison.OrdinalIgnoreCase))
        {
            return new SimulatedError(null, command);
        }
        int code = name.EndsWith("temperror", StringComparison.OrdinalIgnoreCase) ? 451
            : name.EndsWith("permerror", StringComparison.OrdinalIgnoreCase) ? 550
            : Code(name);
        return code == 0 ? null : new SimulatedError(Simulate(code), command);
    }

    // The last three characters as a code from 400 to 599. More digits before them are no code but a number.
    private static int Code(string name)
    {
        if (name.Length < 3 || (name.Length > 3 && char.IsAsciiDigit(name[^4])))
        {
            return 0;
        }
        var digits = name.AsSpan(name.Length - 3);
        return digits.IndexOfAnyExceptInRange('0', '9') < 0 && digits[0] is '4' or '5' ? (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0' : 0;
    }

    private static SmtpReply Simulate(int code) =>
        new(code, new EnhancedStatus((byte)(code / 100), 0, 0), $"simulated {(code < 500 ? "temporary" : "permanent")} error");
}

/// <summary>Where a simulated error happens.</summary>
internal enum SimulatedCommand
{
    /// <summary>At MAIL FROM, by the sender's local part.</summary>
    Mail,

    /// <summary>At RCPT TO.</summary>
    Rcpt,

    /// <summary>After the content.</summary>
    Data,
}
