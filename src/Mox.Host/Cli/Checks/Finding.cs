using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mox.Host.Cli.Checks;

/// <summary>
/// What a check found out: facts in their order, the result first. For people a fact is a line, "void lookups: 0", and its parts stand below it;
/// as JSON it is a property, "voidLookups".
/// </summary>
internal sealed class Finding
{
    private static readonly JsonWriterOptions JsonOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Name, object Value)> _facts = [];

    /// <summary>A finding that begins with its result.</summary>
    public static Finding Of(string result) => new Finding().Add("result", result);

    /// <summary>The word that the RFCs have for a value of ours: "softfail".</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Adds a fact; an empty one is none.</summary>
    public Finding Add(string name, string? value) => string.IsNullOrEmpty(value) ? this : AddValue(name, value);

    /// <summary>Adds a fact that is so or not.</summary>
    public Finding Add(string name, bool value) => AddValue(name, value);

    /// <summary>Adds a number.</summary>
    public Finding Add(string name, long value) => AddValue(name, value);

    /// <summary>Adds a time span.</summary>
    public Finding Add(string name, TimeSpan value) => AddValue(name, value);

    /// <summary>Adds texts; no line for none.</summary>
    public Finding Add(string name, IEnumerable<string> values) => AddValue(name, values.ToArray());

    /// <summary>Adds a moment; none is no line.</summary>
    public Finding Add(string name, DateTimeOffset? value) =>
        Add(name, value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds the facts of another.</summary>
    public Finding Add(Finding facts)
    {
        _facts.AddRange(facts._facts);
        return this;
    }

    /// <summary>Adds what was found out of something else.</summary>
    public Finding Add(string name, Finding part) => AddValue(name, part);

    /// <summary>Adds what was found out of parts.</summary>
    public Finding Add(string name, IEnumerable<Finding> parts) => AddValue(name, parts.ToArray());

    /// <summary>Prints all.</summary>
    public void Write(TextWriter output, bool isJson)
    {
        if (!isJson)
        {
            WriteText(output, "");
            return;
        }

        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, JsonOptions))
        {
            WriteJson(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private Finding AddValue(string name, object value)
    {
        _facts.Add((name, value));
        return this;
    }

    private void WriteText(TextWriter output, string indent)
    {
        foreach ((string name, object value) in _facts)
        {
            switch (value)
            {
                case string[] texts:
                    WriteParts(output, indent, name, texts, text => output.WriteLine($"{indent}  {TextTable.Printable(text)}"));
                    break;
                case Finding part:
                    output.WriteLine($"{indent}{name}:");
                    part.WriteText(output, indent + "  ");
                    break;
                case Finding[] parts:
                    int number = 0;
                    WriteParts(output, indent, name, parts, part =>
                    {
                        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{indent}  {++number}:"));
                        part.WriteText(output, indent + "    ");
                    });
                    break;
                default:
                    output.WriteLine($"{indent}{name}: {TextTable.Printable(Text(value))}");
                    break;
            }
        }
    }

    private static void WriteParts<T>(TextWriter output, string indent, string name, T[] parts, Action<T> write)
    {
        if (parts.Length > 0)
        {
            output.WriteLine($"{indent}{name}:");
            Array.ForEach(parts, write);
        }
    }

    private static string Text(object value) => value switch
    {
        bool isSo => isSo ? "yes" : "no",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach ((string name, object value) in _facts)
        {
            writer.WritePropertyName(value is TimeSpan ? PropertyName(name) + "Ms" : PropertyName(name));
            WriteJson(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case bool isSo:
                writer.WriteBooleanValue(isSo);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case TimeSpan time:
                writer.WriteNumberValue(time.TotalMilliseconds);
                break;
            case string[] texts:
                writer.WriteStartArray();
                Array.ForEach(texts, writer.WriteStringValue);
                writer.WriteEndArray();
                break;
            case Finding part:
                part.WriteJson(writer);
                break;
            case Finding[] parts:
                writer.WriteStartArray();
                Array.ForEach(parts, part => part.WriteJson(writer));
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue((string)value);
                break;
        }
    }

    // "void lookups" is voidLookups.
    private static string PropertyName(string name)
    {
        string[] words = name.Split(' ', '-');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
