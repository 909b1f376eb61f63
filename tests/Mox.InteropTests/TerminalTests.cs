namespace Mox.InteropTests;

/// <summary>Operators' commands on a terminal: what is typed as a password is not shown, and tables fit the window.</summary>
[Collection(SharedServer.Name)]
public sealed class TerminalTests(MoxServer server)
{
    // A pseudo-terminal of some columns; each step waits for a text, then types.
    private const string Terminal = """
        import fcntl, os, pty, re, select, signal, struct, sys, termios, time
        def run(columns, arguments, *steps):
            pid, fd = pty.fork()
            if pid == 0:
                # Started in the background by a shell, the tests ignore it, and so would the program.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.environ['TERM'] = 'xterm'
                os.execvp(command[0], command + list(arguments) + ['--config', config])
            fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
            seen = b''
            def until(wanted):
                nonlocal seen
                end = time.time() + 60
                start = len(seen)
                while wanted is None or wanted not in seen[start:]:
                    assert time.time() < end, (wanted, seen)
                    if not select.select([fd], [], [], 1)[0]:
                        continue
                    try:
                        more = os.read(fd, 4096)
                    except OSError:
                        more = b''
                    if not more:
                        assert wanted is None, (wanted, seen)
                        return
                    seen += more
            for wanted, typed in steps:
                until(wanted)
                os.write(fd, typed)
            until(None)
            assert termios.tcgetattr(fd)[3] & termios.ECHO, 'what is typed stays hidden'
            # Without what steers the terminal.
            text = re.sub(r'\x1b(\[[0-9;?]*[a-zA-Z]|[=>])', '', seen.decode())
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.replace('\r\n', '\n')

        """;

    [InteropFact("python3")]
    public async Task Password_Typed_IsNotShown()
    {
        await PythonAsync("""
            set_password = ['account', 'set-password', 'mox']
            # Corrected by a backspace, the second time pasted with more than a line.
            code, text = run(80, set_password, (b'New password: ', password + b'x\x7f\n'), (b'Again: ', password + b'\nmore\n'))
            assert (code, text) == (0, 'New password: \nAgain: \npassword of account mox set\n'), (code, text)
            # Both lines at once, before the second is asked for.
            code, text = run(80, set_password, (b'New password: ', password + b'\n' + password + b'\n'))
            assert (code, text) == (0, 'New password: \nAgain: \npassword of account mox set\n'), (code, text)
            code, text = run(80, set_password, (b'New password: ', password + b'\n'), (b'Again: ', b'another-one\n'))
            assert (code, text) == (1, 'New password: \nAgain: \nmox: these are two passwords: nothing was changed\n'), (code, text)
            code, text = run(80, set_password, (b'New password: ', b'\x04'))
            assert (code, text) == (1, 'New password: \nmox: no password was typed: nothing was changed\n'), (code, text)
            code, text = run(80, set_password, (b'New password: ', b'secret\x03'))
            assert code == -signal.SIGINT and 'secret' not in text, (code, text)
            """);
        using MailReader reader = server.Read("INBOX");
        reader.Command("NOOP");
    }

    [InteropFact("python3")]
    public async Task Table_InAnyWindow_FitsIt()
    {
        await PythonAsync("""
            def table(columns):
                code, text = run(columns, ['account', 'list'])
                lines = text.rstrip('\n').split('\n')
                assert code == 0 and lines[0][0] == '╭' and lines[-1][-1] == '╯', (code, text)
                assert all(len(line) <= columns for line in lines), (columns, text)
                assert len({len(line) for line in lines}) == 1, text
                return lines
            wide = table(200)
            assert any('mox@localhost' in line for line in wide), wide
            assert table(80) == wide, 'wider than its text'
            table(30)
            """);
    }

    private async Task PythonAsync(string script) => Assert.Equal("done\n", (await Programs.RunAsync("python3", ["-"], $"""
        command = ['{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}', '{Path.Combine(AppContext.BaseDirectory, "mox.dll")}']
        config, password = '{Path.Combine(server.Folder, "config")}', b'{MoxServer.Password}'
        {Terminal}
        {script}
        print('done')
        """, null, ("PYTHONUTF8", "1"))).Expect(0).Output);
}
