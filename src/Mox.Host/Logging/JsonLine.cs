using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mox.Host.Logging;

/// <summary>One JSON object a line: <c>time</c>, <c>level</c>, <c>message</c>, <c>pkg</c>, the fields, <c>err</c> and <c>stack</c>.</summary>
internal static class JsonLine
{
    private static readonly string[] Own = ["time", "level", "message", "pkg", "err", "stack"];

    public static void Append(StringBuilder line, LogEvent e)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        // The default encoder escapes all that is not plain ASCII: no terminal sees it.
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", LogText.Of(e.Time));
            json.WriteString("level", e.LevelWord);
            json.WriteString("message", e.Message);
            json.WriteString("pkg", e.Package);
            foreach ((string key, object? value) in e.Fields)
            {
                string name = char.ToLowerInvariant(key[0]) + key[1..];
                // A field never hides what the line itself says.
                json.WritePropertyName(Own.Contains(name, StringComparer.Ordinal) ? "field." + name : name);
                Write(json, value);
            }

            if (e.Exception is { } exception)
            {
                json.WriteString("err", $"{exception.GetType().Name}: {exception.Message}");
                json.WriteString("stack", exception.ToString());
            }

            json.WriteEndObject();
        }

        line.Append(Encoding.ASCII.GetString(bytes.WrittenSpan)).Append('\n');
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or short or byte or uint or ushort:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                string text = LogText.Of(value);
                json.WriteStringValue(text.Length > LogText.MaxLength ? text[..LogText.MaxLength] : text);
                break;
        }
    }
}
