using System.Text.Json;

namespace Mox.Config.Editing;

/// <summary>A value in a JSON text, by the bytes that it takes: comments and blanks around it belong to nobody.</summary>
internal sealed record JsonSpan(JsonTokenType Type, int Start, int End, IReadOnlyList<JsonElementSpan> Elements);

/// <summary>An element of an array, or a member of an object with its name; <paramref name="Start"/> is where the name begins.</summary>
internal sealed record JsonElementSpan(int Start, string? Name, JsonSpan Value)
{
    public int End => Value.End;
}

/// <summary>Finds the values of a JSON text with comments and trailing commas.</summary>
internal static class JsonSpans
{
    // As much as the loader takes.
    private const int MaxDepth = 32;

    /// <summary>The top value.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonSpan Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        reader.Read();
        JsonSpan top = Value(ref reader);
        reader.Read();
        return top;
    }

    private static JsonSpan Value(ref Utf8JsonReader reader)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        if (type is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            int quotes = type == JsonTokenType.String ? 2 : 0;
            return new JsonSpan(type, start, start + reader.ValueSpan.Length + quotes, []);
        }

        var elements = new List<JsonElementSpan>();
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            int at = (int)reader.TokenStartIndex;
            string? name = null;
            if (type == JsonTokenType.StartObject)
            {
                name = reader.GetString();
                reader.Read();
            }

            elements.Add(new JsonElementSpan(at, name, Value(ref reader)));
        }

        return new JsonSpan(type, start, (int)reader.TokenStartIndex + 1, elements);
    }
}
