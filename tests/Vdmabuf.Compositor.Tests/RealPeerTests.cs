using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Vdmabuf.Compositor.Tests;

/// <summary>Programs on libwayland and libxkbcommon, written by others: a second opinion on what we send.</summary>
public sealed class RealPeerTests
{
    [SkippableFact]
    public async Task Wayland_info_lists_every_global()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using Process process = Start(compositor, "wayland-info");

        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        foreach ((string name, uint _) in compositor.Options.Globals)
            Assert.Contains($"'{name}'", output, StringComparison.Ordinal);
        Assert.Contains("refresh: 60.000 Hz", output, StringComparison.Ordinal);
        Assert.Contains("XR24", output, StringComparison.Ordinal);
        Assert.Empty(compositor.Violations);
    }

    [SkippableFact]
    public async Task Weston_simple_shm_draws_its_window()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using Process process = Start(compositor, "weston-simple-shm");
        try
        {
            Toplevel toplevel = await compositor.WaitForMappedToplevelAsync();
            await compositor.WaitForCommitAsync(6, toplevel.Surface);
            PixelImage image = await compositor.ReadPixelsAsync(toplevel.Surface);

            Assert.Equal((250, 250), (image.Width, image.Height));
            Assert.Contains(image.Bytes, b => b != 0);
            Assert.Equal("simple-shm", toplevel.Title);
            Assert.Empty(compositor.Violations);

            await compositor.CloseAsync(toplevel);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, process.ExitCode);
            Assert.Empty(compositor.Violations);
        }
        finally
        {
            process.Kill();
        }
    }

    [SkippableTheory]
    [InlineData("weston-simple-damage", "")]
    [InlineData("weston-simple-damage", "--use-viewport --scale=2 --use-damage-buffer")]
    [InlineData("weston-presentation-shm", "-f")]
    [InlineData("weston-flower", "")]
    public async Task Other_clients_run_without_a_violation(string program, string arguments)
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions().With(("wl_data_device_manager", 3)));
        using Process process = Start(compositor, program, arguments);
        try
        {
            Toplevel toplevel = await compositor.WaitForMappedToplevelAsync();
            if (program != "weston-flower")
                await compositor.WaitForCommitAsync(10, toplevel.Surface);
            Assert.Contains((await compositor.ReadPixelsAsync(toplevel.Surface)).Bytes, b => b != 0);
            Assert.Empty(compositor.Violations);
        }
        finally
        {
            process.Kill();
        }
    }

    [SkippableFact]
    public void Test_keymap_compiles_and_shift_gives_capitals()
    {
        Skip.IfNot(NativeLibrary.TryLoad("libxkbcommon.so.0", out nint library), "libxkbcommon is not installed");

        (uint plain, uint shifted) = Xkb.SymbolsOfA(library, Encoding.UTF8.GetBytes(TestKeymap.Text + '\0'));

        Assert.Equal(('a', 'A'), ((char)plain, (char)shifted));
    }

    private static Process Start(ScriptedCompositor compositor, string program, string arguments = "")
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        Skip.IfNot(found, $"{program} is not installed");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["WAYLAND_DISPLAY"] = compositor.SocketPath;
        start.Environment["XDG_RUNTIME_DIR"] = compositor.RuntimeDirectory;
        return Process.Start(start)!;
    }

    private static unsafe class Xkb
    {
        // SAFETY: the function types are those of libxkbcommon's stable API; every object made is checked and unreferenced.
        public static (uint Plain, uint Shifted) SymbolsOfA(nint library, byte[] text)
        {
            const uint KeyA = 38;
            const uint ShiftMask = 1;
            nint Symbol(string name) => NativeLibrary.GetExport(library, name);
            var newContext = (delegate* unmanaged<int, nint>)Symbol("xkb_context_new");
            var newKeymap = (delegate* unmanaged<nint, byte*, int, int, nint>)Symbol("xkb_keymap_new_from_string");
            var newState = (delegate* unmanaged<nint, nint>)Symbol("xkb_state_new");
            var getSymbol = (delegate* unmanaged<nint, uint, uint>)Symbol("xkb_state_key_get_one_sym");
            var setMask = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, int>)Symbol("xkb_state_update_mask");
            nint context = newContext(0);
            Assert.NotEqual(0, context);
            nint keymap;
            fixed (byte* p = text)
                keymap = newKeymap(context, p, 1, 0);
            Assert.NotEqual(0, keymap);
            nint state = newState(keymap);
            uint plain = getSymbol(state, KeyA);
            _ = setMask(state, ShiftMask, 0, 0, 0, 0, 0);
            uint shifted = getSymbol(state, KeyA);
            ((delegate* unmanaged<nint, void>)Symbol("xkb_state_unref"))(state);
            ((delegate* unmanaged<nint, void>)Symbol("xkb_keymap_unref"))(keymap);
            ((delegate* unmanaged<nint, void>)Symbol("xkb_context_unref"))(context);
            return (plain, shifted);
        }
    }
}
