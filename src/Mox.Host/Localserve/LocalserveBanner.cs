using System.Net;
using Mox.Config;
using Mox.Host.Serving;

namespace Mox.Host.Localserve;

/// <summary>What <c>mox localserve</c> prints when it takes connections: where everything is, and how to try it.</summary>
internal static class LocalserveBanner
{
    public static void Write(TextWriter output, string directory, IReadOnlyList<OpenEndpoint> endpoints)
    {
        output.WriteLine($"""
            mox localserve: every address is accepted, into one account.

              account      {LocalserveConfig.Account}, user name {LocalserveConfig.Login}, password {LocalserveConfig.Password}
            """);
        foreach (IGrouping<string, OpenEndpoint> service in endpoints.GroupBy(endpoint => endpoint.Service))
        {
            string tls = service.Key switch
            {
                "IMAPS" or "submissions" => "TLS",
                "metrics" => "HTTP: /metrics, /healthz",
                _ => "STARTTLS",
            };
            output.WriteLine($"  {service.Key,-11}  {string.Join(", ", service.Select(endpoint => endpoint.Address))} ({tls})");
        }

        output.WriteLine($"""
              directory    {directory}
                           (config/ to change, config/{LocalserveConfig.CertificateFileName} to trust, data/ has the mail)

            """);
        string? smtp = Url(endpoints, "SMTP");
        string? submissions = Url(endpoints, "submissions");
        string? imaps = Url(endpoints, "IMAPS");
        if (smtp is not null && submissions is not null && imaps is not null)
        {
            output.WriteLine($"""
                Try it:
                  curl smtp://{smtp} --mail-from you@example.org --mail-rcpt anyone@example.org -T message.eml
                  curl -k smtps://{submissions} -u {LocalserveConfig.Login}:{LocalserveConfig.Password} --mail-from {LocalserveConfig.Login} --mail-rcpt anyone@example.org -T message.eml
                  curl -k imaps://{imaps}/INBOX -u {LocalserveConfig.Login}:{LocalserveConfig.Password} -X 'FETCH 1:* (FLAGS ENVELOPE)'

                """);
        }

        output.WriteLine("Ctrl-C stops it.");
        output.Flush();
    }

    private static string? Url(IReadOnlyList<OpenEndpoint> endpoints, string service)
    {
        IPEndPoint? address = endpoints.FirstOrDefault(endpoint => endpoint.Service == service)?.Address;
        return address switch
        {
            null => null,
            _ when address.Address.Equals(IPAddress.Loopback) => $"localhost:{address.Port}",
            _ => address.ToString(),
        };
    }
}
