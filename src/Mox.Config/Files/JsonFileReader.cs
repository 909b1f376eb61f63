using System.Text;
using System.Text.Json;

namespace Mox.Config.Files;

/// <summary>Reads JSON with comments and trailing commas (RFC 8259, leniently) into values that know their place.</summary>
internal sealed class JsonFileReader
{
    /// <summary>Far more than a configuration has; past it the file is refused, so recursion is bounded.</summary>
    private const int MaxDepth = 32;

    private readonly string _file;
    private readonly List<int> _lineStarts = [0];
    private readonly List<ConfigProblem> _problems;

    private JsonFileReader(string file, ReadOnlySpan<byte> json, List<ConfigProblem> problems)
    {
        _file = file;
        _problems = problems;
        for (int i = 0; i < json.Length; i++)
        {
            if (json[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The top value, or null when the text is not JSON: then a problem says where.</summary>
    public static JsonValue? Read(string file, ReadOnlySpan<byte> json, List<ConfigProblem> problems)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
        {
            json = json[Encoding.UTF8.Preamble.Length..];
        }

        return new JsonFileReader(file, json, problems).Read(json);
    }

    private JsonValue? Read(ReadOnlySpan<byte> json)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth };
        var reader = new Utf8JsonReader(json, options);
        try
        {
            reader.Read();
            JsonValue value = Value(ref reader);
            reader.Read();
            return value;
        }
        catch (JsonException e)
        {
            int line = (int)(e.LineNumber ?? 0) + 1;
            int column = (int)(e.BytePositionInLine ?? 0) + 1;
            _problems.Add(new ConfigProblem(_file, "", line, column, "not valid JSON", Reason(e)));
        }
        catch (InvalidOperationException)
        {
            // A string with bytes that are not UTF-8, or with half a surrogate pair: the reader only notices when it is decoded.
            Place at = PlaceOf(reader.TokenStartIndex);
            _problems.Add(new ConfigProblem(_file, "", at.Line, at.Column, "a text is not valid UTF-8", "save the file as UTF-8"));
        }

        return null;
    }

    private JsonValue Value(ref Utf8JsonReader reader)
    {
        Place place = PlaceOf(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Members(ref reader, place);
            case JsonTokenType.StartArray:
                var items = new List<JsonValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader));
                }

                return new JsonItems(place, items);
            case JsonTokenType.String:
                return new JsonText(place, reader.GetString()!);
            case JsonTokenType.Number:
                return new JsonNumber(place, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return new JsonLiteral(place, reader.GetBoolean());
            default:
                return new JsonLiteral(place, null);
        }
    }

    private JsonMembers Members(ref Utf8JsonReader reader, Place place)
    {
        var members = new List<JsonMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Place at = PlaceOf(reader.TokenStartIndex);
            string name = reader.GetString()!;
            reader.Read();
            JsonValue value = Value(ref reader);
            if (names.Add(name))
            {
                members.Add(new JsonMember(at, name, value));
            }
            else
            {
                _problems.Add(new ConfigProblem(_file, name, at.Line, at.Column, "this name is already used above in the same object", "keep one of the two"));
            }
        }

        return new JsonMembers(place, members);
    }

    private Place PlaceOf(long offset)
    {
        int line = _lineStarts.BinarySearch((int)offset);
        line = line < 0 ? ~line - 1 : line;
        return new Place(_file, line + 1, (int)offset - _lineStarts[line] + 1);
    }

    // The message ends in "LineNumber: 3 | BytePositionInLine: 4.", which is said already.
    private static string Reason(JsonException e)
    {
        int at = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (at < 0 ? e.Message : e.Message[..at]).TrimEnd('.').Replace('\n', ' ').Replace('\r', ' ');
    }
}
