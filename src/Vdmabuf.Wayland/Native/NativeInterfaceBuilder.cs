using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Vdmabuf.Wayland.Native;

/// <summary>
/// Lays out the tables libwayland reads, once for each interface and for the life of the process. An interface is
/// built together with all it refers to, and published only when the whole group is complete.
/// </summary>
internal static unsafe class NativeInterfaceBuilder
{
    private static readonly Lock s_gate = new();
    private static readonly ConcurrentDictionary<string, WaylandInterface> s_byName = new(StringComparer.Ordinal);

    /// <summary>An interface that has been used, by name; for naming error codes.</summary>
    public static WaylandInterface? Find(string name) => s_byName.GetValueOrDefault(name);

    public static void Build(WaylandInterface root)
    {
        lock (s_gate)
        {
            if (root.Native != null) return;
            var tables = new Dictionary<WaylandInterface, nint>();
            var referenced = new Dictionary<WaylandInterface, WaylandInterface?[]>();
            Collect(root, tables, referenced);
            foreach (WaylandInterface item in referenced.Keys) Fill(item, referenced[item], tables);
            foreach (WaylandInterface item in referenced.Keys)
            {
                item.Native = (NativeInterface*)tables[item];
                s_byName.TryAdd(item.Name, item);
            }
        }
    }

    private static void Collect(
        WaylandInterface root, Dictionary<WaylandInterface, nint> tables, Dictionary<WaylandInterface, WaylandInterface?[]> referenced)
    {
        var pending = new Stack<WaylandInterface>([root]);
        while (pending.TryPop(out WaylandInterface? item))
        {
            if (tables.ContainsKey(item)) continue;
            if (item.Native != null)
            {
                tables.Add(item, (nint)item.Native);
                continue;
            }

            // SAFETY: zeroed memory of the table's size, kept for the life of the process.
            tables.Add(item, (nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeInterface)));
            WaylandInterface?[] types = item.ReferencedTypes();
            referenced.Add(item, types);
            foreach (WaylandInterface? type in types)
                if (type is not null) pending.Push(type);
        }
    }

    private static void Fill(WaylandInterface item, WaylandInterface?[] types, Dictionary<WaylandInterface, nint> tables)
    {
        // SAFETY: the table was allocated by Collect; nobody else sees it before Build publishes it.
        var table = (NativeInterface*)tables[item];
        int next = 0;
        table->Name = Utf8(item.Name);
        table->Version = (int)item.Version;
        table->RequestCount = item.Requests.Length;
        table->Requests = Messages(item.Requests, types, ref next, tables);
        table->EventCount = item.Events.Length;
        table->Events = Messages(item.Events, types, ref next, tables);
        if (next != types.Length)
            throw new InvalidOperationException($"{item.Name}: {types.Length} types for {next} arguments");
    }

    private static NativeMessage* Messages(
        WaylandMessage[] messages, WaylandInterface?[] types, ref int next, Dictionary<WaylandInterface, nint> tables)
    {
        // SAFETY: the sizes are those of the arrays written; the memory is kept for the life of the process.
        var result = (NativeMessage*)NativeMemory.AllocZeroed((nuint)Math.Max(1, messages.Length), (nuint)sizeof(NativeMessage));
        for (int i = 0; i < messages.Length; i++)
        {
            int count = messages[i].ArgumentCount;
            var slots = (NativeInterface**)NativeMemory.AllocZeroed((nuint)Math.Max(1, count), (nuint)sizeof(nint));
            for (int slot = 0; slot < count; slot++)
            {
                WaylandInterface? type = types[next++];
                slots[slot] = type is null ? null : (NativeInterface*)tables[type];
            }

            result[i] = new NativeMessage { Name = Utf8(messages[i].Name), Signature = Utf8(messages[i].Signature), Types = slots };
        }

        return result;
    }

    private static byte* Utf8(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);

        // SAFETY: one byte more than the text needs, zeroed, so that it ends in NUL.
        var bytes = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
        return bytes;
    }
}
