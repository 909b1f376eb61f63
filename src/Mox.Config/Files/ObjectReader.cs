using System.Collections.Immutable;
using System.Globalization;

namespace Mox.Config.Files;

/// <summary>
/// Reads the options of one object. Every name asked for is a known one; <see cref="Dispose"/> reports the others. A value of the wrong
/// kind is a problem, and the default stands in for it, so that reading goes on and finds the rest.
/// </summary>
internal sealed class ObjectReader : IDisposable
{
    private readonly ProblemList _problems;
    private readonly Dictionary<string, JsonMember> _members = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    public ObjectReader(ProblemList problems, string path, JsonValue? value)
    {
        _problems = problems;
        Path = path;
        if (value is JsonMembers members)
        {
            foreach (JsonMember member in members.Members)
            {
                _members.Add(member.Name, member);
                problems.SetPlace(PathOf(member.Name), member.Place);
            }
        }
        else if (value is not null)
        {
            problems.Add(path, $"is {KindOf(value)}, not an object", "write options between { and }");
        }
    }

    /// <summary>Of this object, as in <c>Mox:Tls</c>.</summary>
    public string Path { get; }

    /// <summary>The path of an option of this object.</summary>
    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}:{name}";

    /// <summary>Whether the option is there; it becomes a known one.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        _problems.Asked?.Add(PathOf(name));
        return _members.ContainsKey(name);
    }

    public string? Text(string name) => Find(name) is { } value && Expect<JsonText>(name, value, "a text", "put it between quotes") is { } text ? text.Text : null;

    public string Required(string name, string whatToDo)
    {
        if (!_members.ContainsKey(name))
        {
            _problems.Add(PathOf(name), "is missing", whatToDo);
        }

        return Text(name) ?? "";
    }

    public bool Flag(string name, bool byDefault) =>
        Find(name) is { } value && Expect<JsonLiteral>(name, value, "true or false", "write true or false, without quotes") is { Value: { } flag } ? flag : byDefault;

    public long Number(string name, long byDefault, long min, long max)
    {
        if (Find(name) is not { } value || Expect<JsonNumber>(name, value, "a number", "write a whole number, without quotes") is not { } number)
        {
            return byDefault;
        }

        if (long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed) && parsed >= min && parsed <= max)
        {
            return parsed;
        }

        _problems.Add(PathOf(name), $"{number.Text} is out of range", string.Create(CultureInfo.InvariantCulture, $"write a whole number from {min} to {max}"));
        return byDefault;
    }

    public TimeSpan Duration(string name, TimeSpan byDefault, TimeSpan min, TimeSpan max)
    {
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        if (!DurationText.TryRead(text, out TimeSpan duration))
        {
            _problems.Add(PathOf(name), $"\"{PlainText.Shown(text)}\" is no length of time", "write one as in \"5d\", \"4h\", \"90m\", \"30s\" or \"1h30m\"");
        }
        else if (duration < min || duration > max)
        {
            _problems.Add(PathOf(name), $"{text} is out of range", $"write a time from {DurationText.Write(min)} to {DurationText.Write(max)}");
        }
        else
        {
            return duration;
        }

        return byDefault;
    }

    public TEnum Choice<TEnum>(string name, TEnum byDefault, params TEnum[] allowed)
        where TEnum : struct, Enum
    {
        TEnum[] choices = allowed.Length > 0 ? allowed : Enum.GetValues<TEnum>();
        if (Text(name) is not { } text)
        {
            return byDefault;
        }

        foreach (TEnum choice in choices)
        {
            if (choice.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        _problems.Add(PathOf(name), $"\"{text}\" is not known here", $"write one of {string.Join(", ", choices)}");
        return byDefault;
    }

    /// <summary>A nested object, or null when it is not there. The caller disposes of it.</summary>
    public ObjectReader? Object(string name) => Find(name) is { } value ? new ObjectReader(_problems, PathOf(name), value) : null;

    /// <summary>The texts of an array; an absent one is empty.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>();
        foreach ((string path, JsonValue item) in Items(name))
        {
            if (item is JsonText text)
            {
                texts.Add(text.Text);
            }
            else
            {
                _problems.Add(path, $"is {KindOf(item)}, not a text", "put it between quotes");
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>The objects of an array.</summary>
    public IEnumerable<ObjectReader> Objects(string name) => Items(name).Select(item => new ObjectReader(_problems, item.Path, item.Value));

    /// <summary>The members of an object whose names are the operator's: each is a key and an object.</summary>
    public IEnumerable<(string Key, ObjectReader Value)> Map(string name)
    {
        if (Find(name) is not { } value || Expect<JsonMembers>(name, value, "an object", "write options between { and }") is not { } map)
        {
            yield break;
        }

        foreach (JsonMember member in map.Members)
        {
            string path = $"{PathOf(name)}:{member.Name}";
            _problems.SetPlace(path, member.Place);
            using var reader = new ObjectReader(_problems, path, member.Value);
            yield return (member.Name, reader);
        }
    }

    /// <summary>Reports the names that nobody asked for.</summary>
    public void Dispose()
    {
        foreach (JsonMember member in _members.Values.Where(member => !_known.Contains(member.Name)))
        {
            string? nearest = NearestName.Of(member.Name, _known);
            _problems.Add(
                PathOf(member.Name),
                "there is no such option",
                nearest is null ? $"remove it; known here: {string.Join(", ", _known)}" : $"did you mean {nearest}?");
        }
    }

    private IEnumerable<(string Path, JsonValue Value)> Items(string name)
    {
        if (Find(name) is not { } value || Expect<JsonItems>(name, value, "a list", "write it as [ ... ]") is not { } list)
        {
            yield break;
        }

        for (int i = 0; i < list.Items.Count; i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)}:{i}");
            _problems.SetPlace(path, list.Items[i].Place);
            yield return (path, list.Items[i]);
        }
    }

    private JsonValue? Find(string name) => Has(name) ? _members[name].Value : null;

    private T? Expect<T>(string name, JsonValue value, string what, string whatToDo)
        where T : JsonValue
    {
        if (value is T expected and not JsonLiteral { Value: null })
        {
            return expected;
        }

        _problems.Add(PathOf(name), $"is {KindOf(value)}, not {what}", whatToDo);
        return null;
    }

    private static string KindOf(JsonValue value) => value switch
    {
        JsonMembers => "an object",
        JsonItems => "a list",
        JsonText => "a text",
        JsonNumber => "a number",
        JsonLiteral { Value: null } => "null",
        _ => "true or false",
    };
}
