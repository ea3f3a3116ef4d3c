using System.Runtime.InteropServices;

namespace Vdmabuf.Window.Cursor;

/// <summary>A plain arrow for compositors that name no shapes (wp_cursor_shape): white with a black edge.</summary>
internal static class BuiltInArrow
{
    // '#' edge, '.' inside, ' ' see-through.
    private static readonly string[] Rows =
    [
        "#           ",
        "##          ",
        "#.#         ",
        "#..#        ",
        "#...#       ",
        "#....#      ",
        "#.....#     ",
        "#......#    ",
        "#.......#   ",
        "#........#  ",
        "#.........# ",
        "#......#####",
        "#...#..#    ",
        "#..##...#   ",
        "#.# #...#   ",
        "##   #..#   ",
        "#     ##    ",
    ];

    /// <summary>The image, hot spot at its tip.</summary>
    internal static CursorImage Image { get; } = Draw();

    private static CursorImage Draw()
    {
        int width = Rows[0].Length;
        uint[] words = new uint[width * Rows.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = Rows[i / width][i % width] switch { '#' => 0xff000000, '.' => 0xffffffff, _ => 0 };
        var image = new CursorImage();
        image.Define(width, Rows.Length, 0, 0, MemoryMarshal.AsBytes<uint>(words));
        return image;
    }
}
