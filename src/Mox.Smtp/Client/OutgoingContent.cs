using System.Buffers;

namespace Mox.Smtp.Client;

/// <summary>Sends a message's content from a stream, by DATA or by BDAT, in flat memory.</summary>
/// <remarks>What the stream throws is the caller's own fault and passes through; the connection is then given up, so that no half message counts.</remarks>
internal sealed class OutgoingContent(SmtpWire wire, SmtpClientOptions options, OutgoingEnvelope envelope, Stream content)
{
    /// <summary>The largest chunk, and about how much is buffered.</summary>
    internal const int ChunkBytes = 256 * 1024;

    private const int FlushBytes = 64 * 1024;

    // Replies are small: so many fit in any window, even if nobody reads them (RFC 2920 section 3.1).
    private const int MaxChunksAhead = 8;

    private static readonly TimeSpan ExplainPatience = TimeSpan.FromSeconds(2);

    private readonly bool _isBinary = envelope.Body == MailBody.BinaryMime;

    /// <summary>Sends the content behind the server's go-ahead, and its end; gives the reply to it.</summary>
    public async ValueTask<ServerReply> SendDataAsync()
    {
        var encoder = new ContentEncoder(stuffsDots: true);
        var output = new ArrayBufferWriter<byte>(InitialBytes(FlushBytes));
        var piece = ArrayPool<byte>.Shared.Rent(InitialBytes(FlushBytes));
        try
        {
            while (await ReadAsync(piece) is > 0 and var length)
            {
                encoder.Encode(piece.AsSpan(0, length), output);
                if (output.WrittenCount >= FlushBytes)
                {
                    await PassOnAsync(output);
                    if (wire.HasEarlyReply)
                    {
                        return await EarlyReplyAsync();
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        encoder.Finish(output);
        output.Write(".\r\n"u8);
        options.Metrics?.Content(output.WrittenCount);
        wire.WriteContent(output.WrittenSpan);
        await FlushAsync();
        return await wire.ReadReplyAsync(SmtpStage.Content, "content", options.EndOfDataTimeout);
    }

    /// <summary>Sends the content in chunks; gives the reply to the last, or the first refusal.</summary>
    public async ValueTask<ServerReply> SendChunksAsync(bool isPipelined)
    {
        var encoder = new ContentEncoder(stuffsDots: false);
        var chunk = new ArrayBufferWriter<byte>(InitialBytes(ChunkBytes));
        var piece = ArrayPool<byte>.Shared.Rent(InitialBytes(FlushBytes));
        int ahead = 0;
        try
        {
            while (await ReadAsync(piece) is > 0 and var length)
            {
                if (chunk.WrittenCount >= ChunkBytes)
                {
                    await SendChunkAsync(chunk, isLast: false);
                    ahead++;
                    if (await TakeRepliesAsync(ahead, isPipelined ? MaxChunksAhead : 0) is { } refusal)
                    {
                        return refusal;
                    }
                    ahead = Math.Min(ahead, isPipelined ? MaxChunksAhead : 0);
                }
                Add(encoder, piece.AsSpan(0, length), chunk);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        if (!_isBinary)
        {
            encoder.Finish(chunk);
        }
        await SendChunkAsync(chunk, isLast: true);
        return await TakeRepliesAsync(ahead, 0)
            ?? await wire.ReadReplyAsync(SmtpStage.Content, "BDAT", options.EndOfDataTimeout);
    }

    // Without BINARYMIME chunks have lines like any content (RFC 3030 section 3).
    private void Add(ContentEncoder encoder, ReadOnlySpan<byte> piece, ArrayBufferWriter<byte> chunk)
    {
        if (_isBinary)
        {
            chunk.Write(piece);
        }
        else
        {
            encoder.Encode(piece, chunk);
        }
    }

    private async ValueTask SendChunkAsync(ArrayBufferWriter<byte> chunk, bool isLast)
    {
        wire.Write($"BDAT {chunk.WrittenCount}{(isLast ? " LAST" : "")}");
        await PassOnAsync(chunk, listens: false);
    }

    // Reads replies until only so many are left unread; the first refusal ends it, and takes with it what is still on its way.
    private async ValueTask<ServerReply?> TakeRepliesAsync(int outstanding, int left)
    {
        for (; outstanding > left; outstanding--)
        {
            var reply = await wire.ReadReplyAsync(SmtpStage.Content, "BDAT");
            if (reply.IsOk)
            {
                continue;
            }
            if (!reply.IsRefusal)
            {
                throw wire.Broken(SmtpStage.Content, $"{reply.Code} is no answer to BDAT");
            }
            // More chunks are under way, and the message was not ended: this connection is not worth its tidying.
            wire.Abandon();
            return reply;
        }
        return null;
    }

    private async ValueTask PassOnAsync(ArrayBufferWriter<byte> output, bool listens = true)
    {
        options.Metrics?.Content(output.WrittenCount);
        wire.WriteContent(output.WrittenSpan);
        output.ResetWrittenCount();
        if (listens)
        {
            wire.ListenEarly();
        }
        await FlushAsync();
    }

    // A server that takes no more often says why before it closes.
    private async ValueTask FlushAsync()
    {
        SmtpFailureException failure;
        try
        {
            await wire.FlushAsync(SmtpStage.Content);
            return;
        }
        catch (SmtpFailureException e)
        {
            failure = e;
        }
        throw await wire.ExplainAsync(failure, ExplainPatience);
    }

    private async ValueTask<ServerReply> EarlyReplyAsync()
    {
        var reply = await wire.ReadReplyAsync(SmtpStage.Content, "content");
        if (!reply.IsRefusal)
        {
            throw wire.Broken(SmtpStage.Content, $"{reply.Code} before the end of the content");
        }
        // The content cannot be ended without being sent.
        wire.Abandon();
        return reply;
    }

    private async ValueTask<int> ReadAsync(byte[] piece)
    {
        try
        {
            return await content.ReadAsync(piece, wire.Token);
        }
        catch
        {
            wire.Abandon();
            throw;
        }
    }

    private int InitialBytes(int max) => (int)Math.Clamp(envelope.SizeBytes + 256, 1024, max);
}
