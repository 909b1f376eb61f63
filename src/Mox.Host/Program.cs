using Mox.Host.Cli;

return await MoxCommandLine.RunAsync(args, Console.Out, Console.Error);
