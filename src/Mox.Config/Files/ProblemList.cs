namespace Mox.Config.Files;

/// <summary>Collects problems, and knows where each option stands, so that a rule over many options can still name line and column.</summary>
internal sealed class ProblemList(string staticFile, string domainsFile)
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>Everything found so far.</summary>
    public List<ConfigProblem> Problems { get; } = [];

    /// <summary>The options that were asked for, when somebody wants to know.</summary>
    public HashSet<string>? Asked { get; init; }

    /// <summary>Remembers where an option stands.</summary>
    public void SetPlace(string path, Place place) => _places[path] = place;

    /// <summary>A problem with an option, or with the nearest one above it that stands in a file.</summary>
    public void Add(string path, string message, string whatToDo)
    {
        Place place = PlaceOf(path);
        Problems.Add(new ConfigProblem(place.File, path, place.Line, place.Column, message, whatToDo));
    }

    private Place PlaceOf(string path)
    {
        for (string above = path; ; above = above[..above.LastIndexOf(':')])
        {
            if (_places.TryGetValue(above, out Place place))
            {
                return place;
            }

            if (!above.Contains(':', StringComparison.Ordinal))
            {
                return new Place(path.StartsWith("Mox", StringComparison.Ordinal) ? staticFile : domainsFile, 0, 0);
            }
        }
    }
}
