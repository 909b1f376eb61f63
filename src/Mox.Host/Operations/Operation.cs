using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mox.Host.Control;

namespace Mox.Host.Operations;

/// <summary>
/// Something that an operator has done: by the running server over the control socket, or by the command itself when none runs. Both run the
/// same function.
/// </summary>
/// <param name="Name">Its path below <c>/ctl/</c>, as in "account/add".</param>
/// <param name="Request">The JSON of what is asked.</param>
/// <param name="Answer">The JSON of what comes back.</param>
/// <param name="RunAsync">Does it. Throws <see cref="UserErrorException"/>, StoreException or ConfigException for what the operator can mend.</param>
internal sealed record Operation<TRequest, TAnswer>(
    string Name,
    JsonTypeInfo<TRequest> Request,
    JsonTypeInfo<TAnswer> Answer,
    Func<OperationContext, TRequest, CancellationToken, Task<TAnswer>> RunAsync) : IOperation
{
    /// <inheritdoc/>
    public void Map(RouteGroupBuilder group) => group.MapPost("/" + Name, ServeAsync);

    private async Task<IResult> ServeAsync(HttpContext http, OperationContext context)
    {
        try
        {
            TRequest? request = await JsonSerializer.DeserializeAsync(http.Request.Body, Request, http.RequestAborted);
            return request is null
                ? throw new JsonException("nothing was asked")
                : Missing(request) is { } missing
                ? throw new JsonException($"\"{missing}\" is missing")
                : TypedResults.Json(await RunAsync(context with { Who = ControlClient.UserOf(http.Request) }, request, http.RequestAborted), Answer);
        }
        catch (JsonException e)
        {
            return TypedResults.Text($"the request is not understood: {e.Message}", "text/plain", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    // The serializer leaves null what is not there, whatever the type says.
    private string? Missing(TRequest request) =>
        Request.Properties.FirstOrDefault(property => !property.IsGetNullable && property.Get?.Invoke(request!) is null)?.Name;
}

/// <summary>An operation, whatever it is asked and answers.</summary>
internal interface IOperation
{
    /// <summary>Adds its route.</summary>
    void Map(RouteGroupBuilder group);
}
