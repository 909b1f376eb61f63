using System.Net;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>Rules for listeners: no two services in one place, TLS where it is needed.</summary>
internal sealed class ListenerRules(MoxConfig config, ProblemList problems)
{
    public void Validate()
    {
        if (config.Listeners.IsEmpty)
        {
            problems.Add("Mox:Listeners", "there is no listener", "add one: { \"public\": { \"Addresses\": [ \"0.0.0.0\", \"::\" ], \"Smtp\": {} } }");
        }

        var taken = new Dictionary<IPEndPoint, string>();
        foreach (ListenerConfig listener in config.Listeners)
        {
            string path = $"Mox:Listeners:{listener.Name}";
            Tls(listener, path);
            List<(string Name, int Port)> services = Services(listener);
            if (services.Count == 0)
            {
                problems.Add(path, "has no service", "add one, as in \"Smtp\": {}, or remove the listener");
            }

            foreach ((string name, int port) in services)
            {
                foreach (IPAddress address in listener.Addresses)
                {
                    Place(taken, new IPEndPoint(address, port), $"{path}:{name}");
                }
            }
        }
    }

    private void Tls(ListenerConfig listener, string path)
    {
        if (listener.Tls is not null)
        {
            return;
        }

        if (listener.Imaps is not null)
        {
            problems.Add($"{path}:Imaps", "needs a certificate", $"add {path}:Tls with Certificates");
        }

        if (listener.Submissions is not null)
        {
            problems.Add($"{path}:Submissions", "needs a certificate", $"add {path}:Tls with Certificates");
        }

        if (listener.Submission is { AllowPlaintextLogin: false })
        {
            problems.Add($"{path}:Submission", "nobody can log in without TLS", $"add {path}:Tls with Certificates, or set AllowPlaintextLogin");
        }

        if (listener.Smtp is { StartTls: StartTlsMode.Required })
        {
            problems.Add($"{path}:Smtp:StartTls", "needs a certificate", $"add {path}:Tls with Certificates");
        }

        if (listener.Imap is { AllowPlaintextLogin: false })
        {
            problems.Add($"{path}:Imap", "nobody can log in without TLS", $"add {path}:Tls with Certificates, or set AllowPlaintextLogin");
        }
    }

    private void Place(Dictionary<IPEndPoint, string> taken, IPEndPoint endPoint, string path)
    {
        // Not in a file: the system chooses one that is free.
        if (endPoint.Port == 0)
        {
            return;
        }

        IPAddress any = endPoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        foreach ((IPEndPoint other, string otherPath) in taken)
        {
            bool sameFamily = other.AddressFamily == endPoint.AddressFamily;
            bool overlaps = other.Address.Equals(endPoint.Address) || (sameFamily && (other.Address.Equals(any) || endPoint.Address.Equals(any)));
            // Port 0, which files cannot have, lets the system choose.
            if (other.Port == endPoint.Port && endPoint.Port != 0 && overlaps)
            {
                problems.Add(path, $"{endPoint} is already used by {otherPath}", "give it another port or address");
                return;
            }
        }

        taken[endPoint] = path;
    }

    private static List<(string Name, int Port)> Services(ListenerConfig listener)
    {
        (string Name, int? Port)[] services =
        [
            ("Smtp", listener.Smtp?.Port), ("Submission", listener.Submission?.Port), ("Submissions", listener.Submissions?.Port),
            ("Imap", listener.Imap?.Port), ("Imaps", listener.Imaps?.Port), ("Metrics", listener.Metrics?.Port),
        ];
        return [.. services.Where(service => service.Port is not null).Select(service => (service.Name, service.Port!.Value))];
    }
}
