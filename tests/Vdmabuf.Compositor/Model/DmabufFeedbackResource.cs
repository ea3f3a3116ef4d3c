using System.Runtime.InteropServices;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>zwp_linux_dmabuf_feedback_v1; <see cref="Surface"/> is null for the default feedback.</summary>
public sealed class DmabufFeedbackResource : Resource
{
    internal DmabufFeedbackResource(Client client, uint id, uint version, Surface? surface)
        : base(client, id, "zwp_linux_dmabuf_feedback_v1", version) => Surface = surface;

    public Surface? Surface { get; }

    /// <summary>Complete sets sent.</summary>
    public int PublishCount { get; private set; }

    internal override void Handle(string request, RequestArgs args)
    {
    }

    /// <summary>Sends one whole set; the format table is a new memfd each time.</summary>
    internal void Publish(DmabufFeedback feedback)
    {
        DmabufFormat[] table = feedback.AllFormats.Distinct().ToArray();
        byte[] bytes = new byte[table.Length * 16];
        for (int i = 0; i < table.Length; i++)
        {
            (uint format, ulong modifier) = table[i];
            MemoryMarshal.Write(bytes.AsSpan(i * 16), in format);
            MemoryMarshal.Write(bytes.AsSpan(i * 16 + 8), in modifier);
        }
        Send("format_table", Memfd.Create("format-table", bytes), (uint)bytes.Length);
        Send("main_device", Bytes(feedback.MainDevice));
        foreach (DmabufTranche tranche in feedback.Tranches)
        {
            Send("tranche_target_device", Bytes(tranche.TargetDevice));
            Send("tranche_flags", tranche.Flags);
            ushort[] indices = tranche.Formats.Select(f => (ushort)Array.IndexOf(table, f)).ToArray();
            Send("tranche_formats", MemoryMarshal.AsBytes<ushort>(indices).ToArray());
            Send("tranche_done");
        }
        Send("done");
        PublishCount++;
    }

    private static byte[] Bytes(ulong device)
    {
        byte[] bytes = new byte[8];
        MemoryMarshal.Write(bytes, in device);
        return bytes;
    }
}
