using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mox.Config.Description;

namespace Mox.Config.Tests;

/// <summary>The template with one option changed.</summary>
internal static class TemplateEdit
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The configuration when this option has another value, or (null) is not there.</summary>
    public static MoxConfig Parse(ConfigOption option, string? json)
    {
        bool isStatic = option.File == ConfigLoader.StaticFileName;
        JsonNode file = JsonNode.Parse(isStatic ? ConfigDescription.StaticTemplate : ConfigDescription.DomainsTemplate, null, Lenient)!;
        string[] path = InTemplate(option.Path).Split(':');
        JsonNode at = file;
        foreach (string name in path[..^1])
        {
            at = at is JsonArray ? at[int.Parse(name, CultureInfo.InvariantCulture)]! : at[name]!;
        }

        at.AsObject().Remove(path[^1]);
        if (json is not null)
        {
            at[path[^1]] = JsonNode.Parse(json);
        }

        return isStatic ? Configs.Parse(file.ToJsonString(), ConfigDescription.DomainsTemplate) : Configs.Parse(ConfigDescription.StaticTemplate, file.ToJsonString());
    }

    /// <summary>Where the template has an option.</summary>
    public static string InTemplate(string path) => path
        .Replace("Listeners:NAME:Metrics", "Listeners:internal:Metrics", StringComparison.Ordinal)
        .Replace("Listeners:NAME", "Listeners:public", StringComparison.Ordinal)
        .Replace("Transports:NAME", "Transports:relay", StringComparison.Ordinal)
        .Replace("Accounts:NAME", "Accounts:alice", StringComparison.Ordinal)
        .Replace("ADDRESS", "alice@example.org", StringComparison.Ordinal)
        .Replace("LOCALPART", "sales", StringComparison.Ordinal)
        .Replace("SELECTOR", "2026a", StringComparison.Ordinal)
        .Replace("DOMAIN", "example.org", StringComparison.Ordinal)
        .Replace(":N:", ":0:", StringComparison.Ordinal);

    /// <summary>Everything in a value, as text: records with lists in them are not equal by themselves.</summary>
    public static string Dump(object? value)
    {
        var text = new StringBuilder();
        Dump(text, value);
        return text.ToString();
    }

    private static void Dump(StringBuilder text, object? value)
    {
        if (value is IEnumerable items and not string)
        {
            text.Append('[');
            foreach (object item in items)
            {
                Dump(text, item);
                text.Append(", ");
            }

            text.Append(']');
        }
        else if (value?.GetType() is { Namespace: "Mox.Config", IsEnum: false } type)
        {
            foreach (PropertyInfo property in type.GetProperties())
            {
                text.Append(property.Name).Append('=');
                Dump(text, property.GetValue(value));
                text.Append(';');
            }
        }
        else if (value?.GetType() is { IsGenericType: true } pair && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        {
            Dump(text, pair.GetProperty("Value")!.GetValue(value));
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{value}");
        }
    }
}
