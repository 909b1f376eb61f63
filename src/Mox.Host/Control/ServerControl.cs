using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Mox.Host.Cli;
using Mox.Host.Logging;
using Mox.Host.Serving;

namespace Mox.Host.Control;

/// <summary>The server itself: version, stop, log levels.</summary>
internal static class ServerControl
{
    /// <summary>Adds the routes.</summary>
    public static void MapServerControl(this RouteGroupBuilder group)
    {
        group.MapGet("/version", Version);
        group.MapPost("/stop", Stop);
        group.MapPost("/reload", ReloadAsync);
        group.MapGet("/loglevels", (LogLevels levels) => Answer(levels));
        group.MapPost("/loglevels", SetLevel);
    }

    private static JsonHttpResult<ServerVersion> Version(RunningServer server) => TypedResults.Json(
        new ServerVersion(VersionCommand.Version, RuntimeInformation.FrameworkDescription, server.StartedAt, Environment.ProcessId),
        ControlJson.Default.ServerVersion);

    private static NoContent Stop(IHostApplicationLifetime lifetime, HttpContext context)
    {
        // After the answer: a connection that is open would be waited for.
        context.Response.Headers.Connection = "close";
        context.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReloadAsync(ServerReload reload, CancellationToken ct) =>
        await reload.RunAsync(ct) is { Count: > 0 } problems
            ? throw new UserErrorException(string.Join('\n', problems))
            : TypedResults.NoContent();

    private static JsonHttpResult<LogLevelTable> SetLevel(LogLevelChange change, LogLevels levels)
    {
        levels.Set(change.Package, change.Level);
        return Answer(levels);
    }

    private static JsonHttpResult<LogLevelTable> Answer(LogLevels levels) => TypedResults.Json(levels.Current, ControlJson.Default.LogLevelTable);
}
