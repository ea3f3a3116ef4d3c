namespace Vdmabuf.Compositor;

/// <summary>wp_presentation on CLOCK_MONOTONIC.</summary>
internal sealed class PresentationGlobal(Client client, uint id, uint version) : Resource(client, id, "wp_presentation", version)
{
    private const uint ClockMonotonic = 1;

    internal void Announce() => Send("clock_id", ClockMonotonic);

    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "feedback")
            return;
        Surface surface = args.Object<Surface>(0);
        surface.AddFeedback(new PresentationFeedback(Client, args.Uint(1), Version, surface));
    }
}

/// <summary>wp_presentation_feedback: one answer, then gone.</summary>
public sealed class PresentationFeedback : Resource
{
    private const uint Vsync = 1;

    internal PresentationFeedback(Client client, uint id, uint version, Surface surface)
        : base(client, id, "wp_presentation_feedback", version) => Surface = surface;

    public Surface Surface { get; }

    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal void Presented(long nanoseconds, uint refreshNanoseconds, ulong sequence, uint flags = Vsync)
    {
        if (IsDestroyed)
            return;
        foreach (OutputResource output in Client.All<OutputResource>().Where(o => o.State == Compositor.FirstOutput))
            Send("sync_output", output.Id);
        (long seconds, long rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        Send("presented", (uint)(seconds >> 32), (uint)seconds, (uint)rest, refreshNanoseconds, (uint)(sequence >> 32), (uint)sequence, flags);
        Destroy();
    }

    internal void Discard()
    {
        if (IsDestroyed)
            return;
        Send("discarded");
        Destroy();
    }
}
