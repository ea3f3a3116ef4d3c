using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vdmabuf.Lab;

/// <summary>PNG as screenshot programs write it: 8 bits a channel, RGB or RGBA, not interlaced. Alpha is dropped.</summary>
/// <remarks>Source: PNG specification (W3C), sections 5 (chunks), 9 (filters).</remarks>
public static class Png
{
    private static readonly byte[] s_signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static PixelImage Decode(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(s_signature))
            throw new InvalidDataException("not a PNG: wrong signature");
        int width = 0, height = 0, channels = 0;
        using var compressed = new MemoryStream();
        for (var position = s_signature.Length; position + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[position..]);
            if (length < 0 || length > file.Length - position - 12)
                throw new InvalidDataException($"PNG chunk at {position} claims {length} bytes");
            var type = file.Slice(position + 4, 4);
            var data = file.Slice(position + 8, length);
            if (type.SequenceEqual("IHDR"u8))
                (width, height, channels) = ReadHeader(data);
            else if (type.SequenceEqual("IDAT"u8))
                compressed.Write(data);
            position += 12 + length;
        }
        if (width == 0)
            throw new InvalidDataException("PNG without IHDR");
        compressed.Position = 0;
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        return Unfilter(inflated, width, height, channels);
    }

    public static byte[] Encode(PixelImage image)
    {
        using var raw = new MemoryStream();
        using (var deflate = new ZLibStream(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            var line = new byte[1 + image.Width * 3];       // filter 0: none
            for (var y = 0; y < image.Height; y++)
            {
                var row = image.Row(y);
                for (var x = 0; x < row.Length; x++)
                    (line[1 + 3 * x], line[2 + 3 * x], line[3 + 3 * x]) = ((byte)(row[x] >> 16), (byte)(row[x] >> 8), (byte)row[x]);
                deflate.Write(line);
            }
        }
        using var file = new MemoryStream();
        file.Write(s_signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = 2;
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", raw.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static (int Width, int Height, int Channels) ReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13)
            throw new InvalidDataException($"PNG header of {data.Length} bytes");
        var (depth, colour, interlace) = (data[8], data[9], data[12]);
        if (depth != 8 || colour is not (2 or 6) || interlace != 0)
            throw new InvalidDataException($"PNG with depth {depth}, colour type {colour}, interlace {interlace}: only 8-bit RGB or RGBA without interlace is read");
        return (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), colour == 2 ? 3 : 4);
    }

    private static PixelImage Unfilter(ZLibStream stream, int width, int height, int channels)
    {
        var image = new PixelImage(width, height);
        var stride = width * channels;
        var (line, above) = (new byte[1 + stride], new byte[1 + stride]);
        for (var y = 0; y < height; y++)
        {
            stream.ReadExactly(line);
            for (var i = 1; i <= stride; i++)
            {
                int left = i > channels ? line[i - channels] : 0, up = above[i], upLeft = i > channels ? above[i - channels] : 0;
                line[i] += (byte)(line[0] switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, upLeft),
                    var filter => throw new InvalidDataException($"PNG filter {filter} in row {y}"),
                });
            }
            var row = image.Row(y);
            for (int x = 0, i = 1; x < width; x++, i += channels)
                row[x] = (uint)(line[i] << 16 | line[i + 1] << 8 | line[i + 2]);
            (line, above) = (above, line);
        }
        return image;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - upLeft));
        return a <= b && a <= c ? left : b <= c ? up : upLeft;
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[8 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        file.Write(chunk);
        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Checksum(chunk.AsSpan(4)));
        file.Write(sum);
    }

    // CRC-32 as PNG and zip use it; the BCL's own lives in a package of its own.
    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = ~0u;
        foreach (var value in data)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
        }
        return ~sum;
    }
}
