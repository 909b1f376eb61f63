namespace Mox.Config.Files;

/// <summary>A place in a file, counted from 1; the column in bytes.</summary>
internal readonly record struct Place(string File, int Line, int Column);

/// <summary>A value in a configuration file, with its place: what System.Text.Json's documents do not keep.</summary>
internal abstract record JsonValue(Place Place);

/// <summary>An object; its members in file order.</summary>
internal sealed record JsonMembers(Place Place, IReadOnlyList<JsonMember> Members) : JsonValue(Place);

/// <summary>One member of an object: the name and where it stands.</summary>
internal sealed record JsonMember(Place Place, string Name, JsonValue Value);

/// <summary>An array.</summary>
internal sealed record JsonItems(Place Place, IReadOnlyList<JsonValue> Items) : JsonValue(Place);

/// <summary>A string.</summary>
internal sealed record JsonText(Place Place, string Text) : JsonValue(Place);

/// <summary>A number, as written.</summary>
internal sealed record JsonNumber(Place Place, string Text) : JsonValue(Place);

/// <summary>true, false, or null for null.</summary>
internal sealed record JsonLiteral(Place Place, bool? Value) : JsonValue(Place);
