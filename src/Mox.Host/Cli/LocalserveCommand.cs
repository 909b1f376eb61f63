using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Mox.Config;
using Mox.Host.Localserve;
using Mox.Host.Logging;
using Mox.Host.Serving;

namespace Mox.Host.Cli;

/// <summary><c>mox localserve</c>: a mail server to try things with.</summary>
internal static class LocalserveCommand
{
    private static readonly Option<string?> Dir = new("--dir") { Description = "Keep everything in this directory; made when missing.", HelpName = "DIR" };

    private static readonly Option<IPAddress?> Ip = new("--ip")
    {
        Description = "Listen on this address only. Default: 127.0.0.1 and ::1.",
        HelpName = "IP",
        CustomParser = ParseAddress,
    };

    private static readonly Option<int?> PortOffset = new("--port-offset")
    {
        Description = $"SMTP is on port 25 + N, submission on 587 + N and 465 + N, IMAP on 143 + N, IMAPS on 993 + N. Default: {LocalserveConfig.DefaultPortOffset}.",
        HelpName = "N",
        CustomParser = ParseOffset,
    };

    private static readonly Option<bool> NoLimits = new("--no-limits") { Description = "No rate limits and no delays for bad clients." };

    private static readonly Option<bool> Pedantic = new("--pedantic") { Description = "Refuse what the standards forbid, where the world is usually forgiven." };

    private static readonly Option<LogVerbosity?> LogLevel = new("--log-level")
    {
        Description = "How much is logged, to standard error. Default: Information.",
        HelpName = string.Join('|', Enum.GetNames<LogVerbosity>()),
    };

    private static readonly Option<LogFormat?> LogFormat = new("--log-format")
    {
        Description = "How a line of the log looks. Default: Logfmt.",
        HelpName = string.Join('|', Enum.GetNames<LogFormat>()),
    };

    public static Command Create()
    {
        var command = new Command("localserve", $"""
            Run a mail server on this machine, to develop and test against. Every address is accepted, into account {LocalserveConfig.Account}
            (user name {LocalserveConfig.Login}, password {LocalserveConfig.Password}). Local parts that end in temperror, permerror, timeout or a reply code of
            400 to 599 simulate that error after the message; with mailfrom or rcptto in front, at that command.

            Example:
              mox localserve --dir /tmp/mail --port-offset 2000
            """) { Dir, Ip, PortOffset, NoLimits, Pedantic, LogLevel, LogFormat };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        TimeProvider time = TimeProvider.System;
        var directory = new LocalserveDirectory(parsed.GetValue(Dir) ?? LocalserveDirectory.Default, time);
        using LiveConfig live = directory.Prepare(parsed.GetValue(Ip), parsed.GetValue(PortOffset), config => config with
        {
            Pedantic = parsed.GetValue(Pedantic) || config.Pedantic,
            Limits = parsed.GetValue(NoLimits) ? config.Limits with { Enabled = false } : config.Limits,
            Log = new LogConfig { Level = parsed.GetValue(LogLevel) ?? config.Log.Level, Format = parsed.GetValue(LogFormat) ?? config.Log.Format },
        });

        using var log = new LogOutput(Console.OpenStandardError());
        await using MoxServer server = await MoxServer.StartAsync(
            new MoxServerOptions { Live = live, IsLocalserve = true, ConfigureLogging = logging => MoxLogging.Configure(logging, live.Current.Log, log, time), HandleSignals = true },
            ct);
        LocalserveBanner.Write(parsed.InvocationConfiguration.Output, directory.Path, server.Endpoints);
        await server.WaitForShutdownAsync(ct);
        return 0;
    }

    private static int? ParseOffset(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int offset) && offset <= LocalserveConfig.MaxPortOffset)
        {
            return offset;
        }

        argument.AddError($"--port-offset \"{text}\" is not a number from 0 to {LocalserveConfig.MaxPortOffset}");
        return null;
    }

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        // .NET takes "1" for 0.0.0.1; what is not written the usual way is a slip.
        if (IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text))
        {
            return address;
        }

        argument.AddError($"--ip \"{text}\" is no IP address");
        return null;
    }
}
