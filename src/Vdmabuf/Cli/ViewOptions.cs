using System.CommandLine;
using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Placement;
using Vdmabuf.Core.Settings;
using Vdmabuf.Sources.Qemu;

namespace Vdmabuf.Cli;

/// <summary>The options that every verb with windows has.</summary>
internal sealed class ViewOptions
{
    private readonly Option<bool> _fullscreen = new("--fullscreen") { Description = "Open the windows fullscreen." };
    private readonly Option<bool> _noDmaBuf = new("--no-dmabuf") { Description = "Never hand dma-bufs to the compositor (for drivers that show them black)." };
    private readonly Option<bool> _compare = new("--compare-damage") { Description = "Compare frames to find what really changed; costs CPU here, saves it in the compositor." };
    private readonly Option<string> _scaling = new("--scaling") { Description = "How the picture fills a window of another size: fit, integer or stretch.", HelpName = "fit|integer|stretch" };
    private readonly Option<bool> _noResize = new("--no-guest-resize") { Description = "Do not ask the guest for a mode of the window's size." };
    private readonly Option<string> _chord = new("--release-chord") { Description = "The keys that give keyboard and pointer back (default ctrl+alt+g).", HelpName = "KEYS" };
    private readonly Option<string> _transport = new("--qemu-transport") { Description = "Offer QEMU only shared memory (map) or only pixels by value (bytes), to find out which way is at fault.", HelpName = "auto|map|bytes" };
    private readonly Option<bool> _stats = new("--stats") { Description = "Print one line of JSON with what was counted at the end." };
    private readonly Option<bool> _foreground = new("--foreground") { Description = "This process shows the VM (the default)." };

    internal void AddTo(Command command)
    {
        _scaling.AcceptOnlyFromAmong("fit", "integer", "stretch");
        _transport.AcceptOnlyFromAmong("auto", "map", "bytes");
        _chord.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && ChordNames.Parse(result.Tokens[0].Value, out string? fault) is null) result.AddError($"--release-chord: {fault}");
        });
        foreach (Option option in new Option[] { _fullscreen, _noDmaBuf, _compare, _scaling, _noResize, _chord, _transport, _stats, _foreground }) command.Options.Add(option);
    }

    internal ViewChoices Read(ParseResult result)
    {
        var settings = new ViewSettings
        {
            ForbidDmaBuf = result.GetValue(_noDmaBuf),
            CompareFrames = result.GetValue(_compare),
            Scaling = result.GetValue(_scaling) switch { "integer" => ScalingMode.Integer, "stretch" => ScalingMode.Stretch, _ => ScalingMode.Fit },
            GuestFollowsWindow = !result.GetValue(_noResize),
        };
        if (result.GetValue(_chord) is { } chord && ChordNames.Parse(chord, out _) is { } keys) settings = settings with { ReleaseChord = keys };
        QemuTransport transport = result.GetValue(_transport) switch { "map" => QemuTransport.Map, "bytes" => QemuTransport.Bytes, _ => QemuTransport.Auto };
        return new ViewChoices(settings, result.GetValue(_fullscreen), result.GetValue(_stats), transport);
    }
}

/// <summary>What the user chose for the windows.</summary>
/// <param name="Settings">For the windows themselves.</param>
/// <param name="Fullscreen">Open them fullscreen.</param>
/// <param name="Statistics">Print what was counted at the end.</param>
/// <param name="Transport">How QEMU may send pictures.</param>
internal sealed record ViewChoices(ViewSettings Settings, bool Fullscreen, bool Statistics, QemuTransport Transport = QemuTransport.Auto);

/// <summary>How much is said on stderr.</summary>
internal sealed class LogOptions
{
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Say more: every event of the connection.", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Say only what failed.", Recursive = true };

    internal void AddTo(Command command)
    {
        command.Options.Add(_verbose);
        command.Options.Add(_quiet);
    }

    internal LogLevel Read(ParseResult result) =>
        result.GetValue(_verbose) ? LogLevel.Debug : result.GetValue(_quiet) ? LogLevel.Error : LogLevel.Information;
}
