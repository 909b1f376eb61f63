using System.Text;
using System.Text.Json;

namespace Mox.Config.Editing;

/// <summary>
/// A JSON text that is edited in place: only the bytes of the changed value change, so that comments, order and layout stay as the operator
/// wrote them.
/// </summary>
/// <remarks>A path is a list of keys, exactly as the text has them. Not thread-safe.</remarks>
internal sealed class JsonText
{
    private readonly byte[] _preamble;
    private byte[] _json;

    /// <summary>Takes a text that is valid JSON, with comments and trailing commas.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonText(ReadOnlySpan<byte> json)
    {
        _preamble = json.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.ToArray() : [];
        _json = json[_preamble.Length..].ToArray();
        Top = JsonSpans.Read(_json);
    }

    /// <summary>The text as it is now.</summary>
    public byte[] ToArray() => [.. _preamble, .. _json];

    private JsonSpan Top { get; set; }

    /// <summary>The keys of an object; none when it is not there.</summary>
    public IReadOnlyList<string> Keys(params ReadOnlySpan<string> path) => [.. Elements(path).Select(element => element.Name ?? "")];

    /// <summary>The texts of an array; none when it is not there.</summary>
    public IReadOnlyList<string> Texts(params ReadOnlySpan<string> path) => [.. Elements(path).Select(TextOf)];

    /// <summary>Sets a member to this JSON; objects on the way that are missing are made.</summary>
    public void Set(ReadOnlySpan<string> path, string json)
    {
        int known = 0;
        JsonSpan at = Top;
        while (known < path.Length && Member(at, path[known]) is { } member)
        {
            at = member.Value;
            known++;
        }

        if (known == path.Length)
        {
            Replace(at.Start, at.End, json);
            return;
        }

        for (int i = path.Length - 1; i > known; i--)
        {
            json = $"{{ {Quote(path[i])}: {json} }}";
        }

        Insert(at, $"{Quote(path[known])}: {json}");
    }

    /// <summary>Removes a member; false when it is not there.</summary>
    public bool Remove(params ReadOnlySpan<string> path)
    {
        if (Find(path[..^1]) is not { } parent || Member(parent, path[^1]) is not { } member)
        {
            return false;
        }

        Remove(parent, member);
        return true;
    }

    /// <summary>Adds a text to an array; the array is made when it is missing.</summary>
    public void AddText(ReadOnlySpan<string> path, string text)
    {
        if (Find(path) is { } array)
        {
            Insert(array, Quote(text));
        }
        else
        {
            Set(path, $"[ {Quote(text)} ]");
        }
    }

    /// <summary>Removes the texts of an array that a rule finds; false when there is none.</summary>
    public bool RemoveTexts(ReadOnlySpan<string> path, Func<string, bool> isMeant)
    {
        bool any = false;
        while (Find(path) is { } array && array.Elements.FirstOrDefault(element => isMeant(TextOf(element))) is { } found)
        {
            Remove(array, found);
            any = true;
        }

        return any;
    }

    /// <summary>A text as JSON.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, JsonTextContext.Readable);

    private static JsonElementSpan? Member(JsonSpan parent, string name) => parent.Elements.FirstOrDefault(element => element.Name == name);

    private JsonSpan? Find(ReadOnlySpan<string> path)
    {
        JsonSpan? at = Top;
        foreach (string name in path)
        {
            at = Member(at, name)?.Value;
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    private IReadOnlyList<JsonElementSpan> Elements(ReadOnlySpan<string> path) => Find(path)?.Elements ?? [];

    private string TextOf(JsonElementSpan element) => element.Value.Type == JsonTokenType.String
        ? JsonSerializer.Deserialize(_json.AsSpan(element.Value.Start, element.Value.End - element.Value.Start), JsonTextContext.Readable) ?? ""
        : "";

    private void Insert(JsonSpan parent, string element)
    {
        JsonLayout layout = new(_json);
        if (parent.Elements.Count == 0)
        {
            // What stands between the brackets now can only be blanks and comments.
            string inside = layout.BetweenBrackets(parent);
            bool isObject = parent.Type == JsonTokenType.StartObject;
            if (!isObject && inside.Length == 0)
            {
                Replace(parent.Start + 1, parent.End - 1, $" {element} ");
                return;
            }

            string indent = layout.IndentAt(parent.Start);
            string comments = inside.Length == 0 ? "" : $"{layout.NewLine}{indent}  {inside}";
            Replace(parent.Start + 1, parent.End - 1, $"{comments}{layout.NewLine}{indent}  {element},{layout.NewLine}{indent}");
            return;
        }

        JsonElementSpan last = parent.Elements[^1];
        int? comma = layout.CommaAfter(last.End);
        if (!layout.BeginsLine(last.Start))
        {
            Replace(comma + 1 ?? last.End, comma + 1 ?? last.End, comma is null ? $", {element}" : $" {element},");
            return;
        }

        // A comment behind the last element on its line stays with it.
        int end = layout.EndOfLine(comma + 1 ?? last.End);
        string rest = Encoding.UTF8.GetString(_json.AsSpan(last.End, end - last.End));
        Replace(last.End, end, $"{(comma is null ? "," : "")}{rest}{layout.NewLine}{layout.IndentAt(last.Start)}{element},");
    }

    private void Remove(JsonSpan parent, JsonElementSpan element)
    {
        JsonLayout layout = new(_json);
        int? comma = layout.CommaAfter(element.End);
        int end = comma + 1 ?? element.End;
        if (layout.BeginsLine(element.Start) && layout.EndOfLineIfBlank(end) is { } line)
        {
            Replace(layout.StartOfLine(element.Start), line, "");
            return;
        }

        int index = parent.Elements.ToList().IndexOf(element);
        int? before = index > 0 ? layout.CommaAfter(parent.Elements[index - 1].End) : null;
        if (comma is null && before is { } last && layout.SkipBlanks(last + 1) == element.Start)
        {
            Replace(last, element.End, "");
        }
        else
        {
            // A comma that is left at the end is fine.
            Replace(element.Start, layout.SkipBlanks(end), "");
        }
    }

    private void Replace(int start, int end, string text)
    {
        _json = [.. _json.AsSpan(0, start), .. Encoding.UTF8.GetBytes(text), .. _json.AsSpan(end)];
        Top = JsonSpans.Read(_json);
    }
}
