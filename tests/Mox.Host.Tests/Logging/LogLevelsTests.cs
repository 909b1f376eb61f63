using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Host.Logging;
using Mox.Net;
using Mox.Testing;

namespace Mox.Host.Tests.Logging;

public class LogLevelsTests
{
    private const string Smtp = "Mox.Smtp.Server.SmtpSession";
    private const string Imap = "Mox.Imap.ImapSession";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    [Fact]
    public void Start_OursAtTheLevel_OthersFromWarning()
    {
        var levels = new LogLevels(LogVerbosity.Debug);
        Assert.True(levels.IsEnabled(Smtp, LogLevel.Debug));
        Assert.False(levels.IsEnabled(Smtp, LogLevel.Trace));
        Assert.False(levels.IsEnabled(Kestrel, LogLevel.Information));
        Assert.True(levels.IsEnabled(Kestrel, LogLevel.Warning));
        Assert.False(new LogLevels(LogVerbosity.Error).IsEnabled(Kestrel, LogLevel.Warning));
    }

    [Fact]
    public void Set_OneLibrary_LeavesTheOthers()
    {
        var levels = new LogLevels(LogVerbosity.Information);
        levels.Set("imap", LogVerbosity.TraceAuth);
        Assert.True(levels.IsEnabled(Imap, LogLevel.Trace));
        Assert.False(levels.IsEnabled(Smtp, LogLevel.Debug));
        Assert.Equal((TraceLevel.TraceAuth, TraceLevel.Off), (levels.TraceOf("imap"), levels.TraceOf("smtp")));
        levels.Set(null, LogVerbosity.Error);
        Assert.True(levels.IsEnabled(Imap, LogLevel.Trace));
        Assert.False(levels.IsEnabled(Smtp, LogLevel.Warning));
        levels.Set("imap", null);
        Assert.False(levels.IsEnabled(Imap, LogLevel.Warning));
        Assert.Empty(levels.Current.Packages);
    }

    [Fact]
    public void Set_Framework_IsAllThatIsNotOurs()
    {
        var levels = new LogLevels(LogVerbosity.Information);
        levels.Set("framework", LogVerbosity.Debug);
        Assert.True(levels.IsEnabled(Kestrel, LogLevel.Debug));
        Assert.False(levels.IsEnabled(Smtp, LogLevel.Debug));
    }

    [Fact]
    public void Set_UnknownLibrary_NamesTheKnown()
    {
        var levels = new LogLevels(LogVerbosity.Information);
        var e = Assert.Throws<UserErrorException>(() => levels.Set("smpt", LogVerbosity.Debug));
        Assert.StartsWith("there is no library \"smpt\": the log knows ", e.Message, StringComparison.Ordinal);
        foreach (string known in (string[])["smtp", "imap", "store", "host", "framework"])
        {
            Assert.Contains(known, e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<UserErrorException>(() => levels.Set(null, null));
    }

    [Fact]
    public void Logger_MadeBefore_HearsOfAChange()
    {
        using var stream = new MemoryStream();
        LogLevels? levels = null;
        using (var output = new LogOutput(stream))
        {
            using var factory = LoggerFactory.Create(logging =>
            {
                MoxLogging.Configure(logging, new LogConfig { Level = LogVerbosity.Information }, output, new ManualTimeProvider());
                levels = (LogLevels)logging.Services.Single(service => service.ServiceType == typeof(LogLevels)).ImplementationInstance!;
            });
            ILogger logger = factory.CreateLogger(Smtp);
            Assert.False(logger.IsEnabled(LogLevel.Debug));
            levels!.Set("smtp", LogVerbosity.Debug);
            Assert.True(logger.IsEnabled(LogLevel.Debug));
        }
    }
}
