namespace Vdmabuf.Lab;

/// <summary>Binary PPM (P6, 8 bits a channel), the format of QMP <c>screendump</c> in every QEMU.</summary>
public static class Ppm
{
    public static PixelImage Decode(ReadOnlySpan<byte> file)
    {
        if (file is not [(byte)'P', (byte)'6', ..])
            throw new InvalidDataException("not a binary PPM: it does not begin with P6");
        var position = 2;
        var width = Number(file, ref position);
        var height = Number(file, ref position);
        var maximum = Number(file, ref position);
        position++;     // exactly one white space ends the header
        if (maximum != 255)
            throw new InvalidDataException($"PPM with maximum {maximum}, only 255 is read");
        var image = new PixelImage(width, height);
        if (file.Length - position < (long)width * height * 3)
            throw new InvalidDataException($"PPM of {width}x{height} holds {file.Length - position} bytes of pixels");
        for (var y = 0; y < height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < width; x++, position += 3)
                row[x] = (uint)(file[position] << 16 | file[position + 1] << 8 | file[position + 2]);
        }
        return image;
    }

    private static int Number(ReadOnlySpan<byte> file, ref int position)
    {
        while (position < file.Length && (file[position] <= ' ' || file[position] == '#'))
        {
            if (file[position++] != '#')
                continue;
            while (position < file.Length && file[position] != '\n')
                position++;
        }
        var value = 0;
        var begin = position;
        for (; position < file.Length && char.IsAsciiDigit((char)file[position]); position++)
            value = checked(value * 10 + file[position] - '0');
        return position > begin ? value : throw new InvalidDataException("PPM header: a number is missing");
    }
}
