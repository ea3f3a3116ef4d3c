using System.Runtime.InteropServices;

namespace Vdmabuf.Linux.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(LibC, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(LibC, EntryPoint = "getpgrp")]
    internal static partial int GetProcessGroup();

    [LibraryImport(LibC, EntryPoint = "tcgetpgrp", SetLastError = true)]
    internal static partial int GetForegroundProcessGroup(int terminal);

    [LibraryImport(LibC, EntryPoint = "access", SetLastError = true)]
    internal static partial int Access(byte* path, int mode);
}
