using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Linux;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// The buffers of one head that are known again when QEMU sends them anew. A guest flips between two to four; more
/// than <see cref="Capacity"/>, or one unused for <see cref="IdlePresents"/> presents (an old mode's), is let go, so a
/// guest that makes up buffers holds no more memory of ours than an honest one.
/// </summary>
internal sealed class BufferTable : IDisposable
{
    internal const int Capacity = 8;
    internal const int IdlePresents = 240;

    private readonly List<Entry> _entries = new(Capacity);
    private long _presents;

    internal int Count => _entries.Count;

    /// <summary>The known buffer of this memory and shape, or null.</summary>
    internal GuestBuffer? Find(in FileFacts facts, in ImageLayout layout)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            BufferIdentity known = entry.Buffer.Identity;
            if (known.Inode != facts.Inode || known.Device != facts.Device || entry.Buffer.ByteSize != facts.Size || known.Layout != layout) continue;
            entry.LastUse = _presents;
            return entry.Buffer;
        }
        return null;
    }

    /// <summary>Makes a buffer of <paramref name="fds"/> (owned by it from here on) and remembers it.</summary>
    internal GuestBuffer Add(in FileFacts facts, in ImageLayout layout, params SafeFileHandle[] fds)
    {
        if (_entries.Count == Capacity) RetireAt(LeastRecentlyUsed());
        BufferMemory memory = facts.Kind == FileKind.DmaBuf ? BufferMemory.DmaBuf : BufferMemory.SharedMemory;
        var buffer = new GuestBuffer(new BufferIdentity(facts.Device, facts.Inode, layout), memory, facts.Size, fds);
        _entries.Add(new Entry(buffer) { LastUse = _presents });
        return buffer;
    }

    /// <summary>Counts a present of <paramref name="current"/> and lets go of what has long been unused.</summary>
    internal void Presented(GuestBuffer current)
    {
        _presents++;
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Buffer == current) _entries[i].LastUse = _presents;
            else if (_presents - _entries[i].LastUse > IdlePresents) RetireAt(i);
        }
    }

    /// <summary>Retires every buffer.</summary>
    public void Dispose()
    {
        while (_entries.Count > 0) RetireAt(_entries.Count - 1);
    }

    private int LeastRecentlyUsed()
    {
        int oldest = 0;
        for (int i = 1; i < _entries.Count; i++)
            if (_entries[i].LastUse < _entries[oldest].LastUse) oldest = i;
        return oldest;
    }

    private void RetireAt(int index)
    {
        GuestBuffer buffer = _entries[index].Buffer;
        _entries.RemoveAt(index);
        buffer.Dispose();
    }

    private sealed class Entry(GuestBuffer buffer)
    {
        public GuestBuffer Buffer => buffer;

        public long LastUse { get; set; }
    }
}
