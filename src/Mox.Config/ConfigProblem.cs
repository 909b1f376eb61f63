namespace Mox.Config;

/// <summary>One thing that is wrong in a configuration file, where, and what to do about it.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Path">The option, as in <c>Mox:Listeners:public:Imaps</c>; empty for the whole file.</param>
/// <param name="Line">Counted from 1; 0 when there is none (a file that cannot be read).</param>
/// <param name="Column">Counted from 1, in bytes; 0 when there is none.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="WhatToDo">How to mend it.</param>
public sealed record ConfigProblem(string File, string Path, int Line, int Column, string Message, string WhatToDo)
{
    /// <summary>One line: <c>file(line,column): path: message: what to do</c>.</summary>
    public override string ToString()
    {
        string place = Line > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}({Line},{Column})") : File;
        return Path.Length > 0 ? $"{place}: {Path}: {Message}: {WhatToDo}" : $"{place}: {Message}: {WhatToDo}";
    }
}
