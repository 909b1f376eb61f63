using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mox.Host.Control;

/// <summary>Talks to the running server of a data directory over its control socket.</summary>
internal sealed class ControlClient : IDisposable
{
    private const string UserHeader = "Mox-Operator";

    private readonly HttpClient _http;

    private ControlClient(string path) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = (_, ct) => ConnectAsync(path, ct),
        UseProxy = false,
    })
    {
        BaseAddress = new Uri("http://mox/ctl/"),
        // A backup takes its time; the operator has Ctrl-C.
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { UserHeader, Uri.EscapeDataString(User) } },
    };

    /// <summary>Who runs this command, for log and history; not a proof of anything.</summary>
    public static string User => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;

    /// <summary>Who says to have sent a request.</summary>
    public static string UserOf(HttpRequest request) => request.Headers[UserHeader].ToString() is { Length: > 0 } user ? Uri.UnescapeDataString(user) : "control socket";

    /// <summary>The server's client, or null when none runs on this directory.</summary>
    /// <exception cref="UserErrorException">One may run, but the socket is not ours to use.</exception>
    public static ControlClient? TryConnect(string dataDirectory)
    {
        string path = ControlSocket.PathIn(dataDirectory);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new ControlClient(path);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UserErrorException($"no permission to use the control socket {path}: run as the user of the server, or as root", e);
        }
        catch (SocketException)
        {
            // No file, or one that a dead process left.
            return null;
        }
    }

    /// <summary>The server's client.</summary>
    /// <exception cref="UserErrorException">No server runs on this directory, or the socket is not ours to use.</exception>
    public static ControlClient Connect(string dataDirectory) =>
        TryConnect(dataDirectory) ?? throw new UserErrorException($"no server is running on {dataDirectory}: start it first");

    /// <summary>Asks.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);
        return await ReadAsync(response, answer, ct);
    }

    /// <summary>Has something done that needs no words.</summary>
    public async Task PostAsync(string path, CancellationToken ct) =>
        (await SendAsync(new HttpRequestMessage(HttpMethod.Post, path), ct)).Dispose();

    /// <summary>Has something done.</summary>
    public async Task PostAsync<TRequest>(string path, TRequest request, JsonTypeInfo<TRequest> type, CancellationToken ct) =>
        (await SendAsync(Post(path, request, type), ct)).Dispose();

    /// <summary>Has something done, and reads the answer.</summary>
    public async Task<T> PostAsync<TRequest, T>(string path, TRequest request, JsonTypeInfo<TRequest> type, JsonTypeInfo<T> answer, CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(Post(path, request, type), ct);
        return await ReadAsync(response, answer, ct);
    }

    /// <summary>Has something done, and reads its report while it goes: a line of JSON each.</summary>
    public async IAsyncEnumerable<T> StreamAsync<TRequest, T>(
        string path, TRequest request, JsonTypeInfo<TRequest> type, JsonTypeInfo<T> line, [EnumeratorCancellation] CancellationToken ct)
    {
        using HttpResponseMessage response = await SendAsync(Post(path, request, type), ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await NextAsync(lines, ct) is { } text)
        {
            yield return JsonSerializer.Deserialize(text, line)!;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post<TRequest>(string path, TRequest request, JsonTypeInfo<TRequest> type) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(request, type) };

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken ct)
    {
        try
        {
            return await lines.ReadLineAsync(ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new UserErrorException("the server went away in the middle of its answer", e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync(type, ct) ?? throw new UserErrorException("the server answered nothing: is it another version of mox?");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            HttpResponseMessage response;
            try
            {
                response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            }
            catch (HttpRequestException e)
            {
                throw new UserErrorException($"the server went away: {e.Message}", e);
            }

            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw new UserErrorException(await ProblemAsync(response, ct));
            }
        }
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        string text = (await response.Content.ReadAsStringAsync(ct)).TrimEnd();
        return (response.StatusCode, text) switch
        {
            (_, { Length: > 0 }) => text,
            (HttpStatusCode.NotFound, _) => "the running server does not know this command: it is another version of mox",
            _ => $"the running server did not understand ({(int)response.StatusCode}): is it another version of mox?",
        };
    }
}
