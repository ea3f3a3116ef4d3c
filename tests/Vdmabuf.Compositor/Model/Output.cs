namespace Vdmabuf.Compositor;

/// <summary>A monitor: position and sizes in pixels, refresh in mHz, integer scale.</summary>
public sealed record OutputState
{
    public string Name { get; init; } = "TEST-1";

    public int X { get; init; }

    public int Y { get; init; }

    public int Width { get; init; } = 1920;

    public int Height { get; init; } = 1080;

    public int RefreshMilliHertz { get; init; } = 60000;

    public int Scale { get; init; } = 1;

    public int Transform { get; init; }

    public int PhysicalWidthMillimetres { get; init; } = 527;

    public int PhysicalHeightMillimetres { get; init; } = 296;
}

/// <summary>wl_output as one client bound it.</summary>
internal sealed class OutputResource(Client client, uint id, uint version, OutputState state) : Resource(client, id, "wl_output", version)
{
    private const uint CurrentAndPreferred = 3;

    internal OutputState State { get; private set; } = state;

    internal void Announce(OutputState? changed = null)
    {
        State = changed ?? State;
        Send("geometry", State.X, State.Y, State.PhysicalWidthMillimetres, State.PhysicalHeightMillimetres, 0, "Test", "Scripted", State.Transform);
        Send("mode", CurrentAndPreferred, State.Width, State.Height, State.RefreshMilliHertz);
        Send("scale", State.Scale);
        Send("name", State.Name);
        Send("description", $"Scripted output {State.Name}");
        Send("done");
    }

    internal override void Handle(string request, RequestArgs args)
    {
    }
}
