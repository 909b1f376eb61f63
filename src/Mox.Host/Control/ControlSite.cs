using Mox.Config;
using Mox.Host.Operations;
using Mox.Host.Serving;
using Mox.Store;

namespace Mox.Host.Control;

/// <summary>What the control socket answers: <c>/ctl/...</c>, JSON in and out. A group of routes is added here and nowhere else.</summary>
/// <remarks>What the operator can mend is answered with 409 and a problem a line, as text; the rest is logged and answered with 500.</remarks>
internal static partial class ControlSite
{
    /// <summary>All routes.</summary>
    public static HttpSite Create() => new("control", routes =>
    {
        RouteGroupBuilder group = routes.MapGroup("/ctl");
        group.AddEndpointFilter(AnswerProblemsAsync);
        group.MapServerControl();
        group.MapBackupControl();
        foreach (IOperation operation in OperationTable.All)
        {
            operation.Map(group);
        }
        group.MapTlsKeyControl();
    });

    private static async ValueTask<object?> AnswerProblemsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is UserErrorException or StoreException or ConfigException)
        {
            return TypedResults.Text(ProblemText.Of(e), "text/plain", statusCode: StatusCodes.Status409Conflict);
        }
#pragma warning disable CA1031 // The top of a request: whatever it is, it is ours, and the operator reads it in the log.
        catch (Exception e) when (e is not (OperationCanceledException or BadHttpRequestException))
#pragma warning restore CA1031
        {
            HttpContext http = context.HttpContext;
            LogFailed(http.RequestServices.GetRequiredService<ILogger<ControlSocket>>(), http.Request.Method, http.Request.Path, e);
            return TypedResults.Text("the server failed at this; its log says why", "text/plain", statusCode: StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "control request failed method={Method} path={Path}")]
    private static partial void LogFailed(ILogger logger, string method, PathString path, Exception exception);
}
