namespace Mox.Host.Serving;

/// <summary>A set of HTTP routes that only certain endpoints have: what is mapped for one site is not found on any other.</summary>
/// <param name="Name">For people: control, metrics.</param>
/// <param name="Map">Maps its routes.</param>
internal sealed record HttpSite(string Name, Action<IEndpointRouteBuilder> Map)
{
    /// <summary>Adds the sites to the one HTTP pipeline. A connection says which one it came to (a feature that its endpoint sets).</summary>
    public static void Use(WebApplication app, IEnumerable<HttpSite> sites)
    {
        foreach (HttpSite site in sites)
        {
            app.MapWhen(
                context => ReferenceEquals(context.Features.Get<HttpSite>(), site),
                branch =>
                {
                    branch.UseRouting();
                    branch.UseEndpoints(site.Map);
                });
        }
    }
}
