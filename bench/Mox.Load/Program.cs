using Mox.Load;
using Mox.Load.Stress;

const string Usage = """
    mox-load: measures a mail server from outside, and the machine below it. Shares no code with MoxNet.

      mox-load run --out FILE --smtp HOST:PORT --imap HOST:PORT --imaps HOST:PORT --user ADDRESS --password P --pid PID[,PID]
                   [--only delivery,submission,append,logins,mailbox,sort,idle,connections,flushes,memory,reopen,resync,writer,selected]
                   [--messages N] [--mailbox N] [--connections N] [--phase NAME] [--submissions HOST:PORT --sink HOST:PORT]
      mox-load start --out FILE --log FILE --smtp HOST:PORT --imap HOST:PORT -- COMMAND ...
                   starts a server, waits for both greetings, prints its process id
      mox-load sink --listen HOST:PORT --certificate FILE --key FILE
                   the next hop of submitted mail: takes everything over STARTTLS and counts it
      mox-load names --listen HOST:PORT
                   DNS for a server under measurement: each name has an address, each domain an SPF record
      mox-load ceiling --out FILE --dir DIR
      mox-load stress --imaps HOST:PORT [--imap HOST:PORT] --user ADDRESS --password P [--seconds N] [--clients N] [--mailboxes N] [--seed N]
                   clients that change the mailboxes Stress0, Stress1, ... at random, and agree on them, or it fails
      mox-load report NAME=FILE[,FILE...] ...
                   a Markdown table of the medians; ratios against the last name

    FILE gets one line a measure: name, tab, value. Listens and connects only where it is told.
    """;

try
{
    switch (args)
    {
        case ["run", .. string[] rest]:
            return await Suite.RunAsync(new Options(rest));
        case ["start", .. string[] rest]:
            return await ServerStart.RunAsync(new Options(rest));
        case ["sink", .. string[] rest]:
            return await Sink.RunAsync(new Options(rest));
        case ["names", .. string[] rest]:
            return await Names.RunAsync(new Options(rest));
        case ["ceiling", .. string[] rest]:
            return Ceiling.Run(new Options(rest));
        case ["stress", .. string[] rest]:
            return await StressRun.RunAsync(new Options(rest));
        case ["report", .. string[] rest] when rest.Length > 0:
            return Report.Run(rest);
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception e) when (e is LoadException or IOException or System.Net.Sockets.SocketException or ArgumentException)
{
    Console.Error.WriteLine($"mox-load: {e.Message}");
    return 1;
}
