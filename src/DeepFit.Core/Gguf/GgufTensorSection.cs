namespace DeepFit.Core.Gguf;

/// <summary>Reads and checks the descriptions of the tensors in a GGUF header.</summary>
internal static class GgufTensorSection
{
    public static IReadOnlyList<GgufTensorInfo> Read(GgufCursor cursor, GgufReaderOptions options, int count, int alignment)
    {
        var tensors = new List<GgufTensorInfo>(Math.Min(count, 1024));
        var places = new List<long>(Math.Min(count, 1024));
        var names = new HashSet<string>(StringComparer.Ordinal);
        long elements = 0;
        for (int i = 0; i < count; i++)
        {
            cursor.At(GgufReader.Indexed("tensor", i), "name");
            long nameOffset = cursor.Position;
            string name = GgufReader.ReadName(cursor, options.MaxTensorNameLength);
            if (!names.Add(name))
            {
                throw cursor.Fail(GgufProblems.DuplicateTensor(name), nameOffset);
            }

            long[] shape = ReadShape(cursor, name);
            GgmlType type = ReadType(cursor, name, shape);
            cursor.At(name, "offset");
            ulong offset = cursor.ReadUInt64();
            if (offset > long.MaxValue)
            {
                throw cursor.Fail(GgufProblems.OffsetOverflow(offset));
            }

            if (offset % (ulong)alignment != 0)
            {
                throw cursor.Fail(GgufProblems.Misaligned(offset, alignment));
            }

            var tensor = new GgufTensorInfo(name, type, shape, (long)offset);
            elements = Sum(elements, tensor.Elements) ?? throw cursor.Fail(GgufProblems.TooManyElements);
            tensors.Add(tensor);
            places.Add(cursor.FieldOffset);
        }

        CheckPlaces(cursor, options, tensors, places, alignment);
        return tensors;
    }

    private static long[] ReadShape(GgufCursor cursor, string name)
    {
        cursor.At(name, "n_dimensions");
        uint count = cursor.ReadUInt32();
        if (count is < 1 or > 4)
        {
            throw cursor.Fail(GgufProblems.BadDimensionCount(count));
        }

        cursor.At(name, "dimensions");
        long[] shape = new long[count];
        long elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = unchecked((long)cursor.ReadUInt64());
            if (shape[i] < 1)
            {
                throw cursor.Fail(GgufProblems.BadExtent(shape[i]));
            }

            if (shape[i] > long.MaxValue / elements)
            {
                throw cursor.Fail(GgufProblems.TooManyElements);
            }

            elements *= shape[i];
        }

        return shape;
    }

    private static GgmlType ReadType(GgufCursor cursor, string name, long[] shape)
    {
        cursor.At(name, "type");
        uint number = cursor.ReadUInt32();
        var type = (GgmlType)number;
        if (!type.IsKnown())
        {
            throw cursor.Fail(GgufProblems.UnknownTensorType(number));
        }

        if (shape[0] % type.BlockSize() != 0)
        {
            throw cursor.Fail(GgufProblems.RowNotInBlocks(shape[0], type));
        }

        long blocks = shape.Aggregate(1L, (product, extent) => product * extent) / type.BlockSize();
        return blocks <= long.MaxValue / type.TypeSize() ? type : throw cursor.Fail(GgufProblems.TooManyElements);
    }

    /// <summary>No tensor over another, none past the end.</summary>
    private static void CheckPlaces(GgufCursor cursor, GgufReaderOptions options, List<GgufTensorInfo> tensors, List<long> places, int alignment)
    {
        long dataOffset = GgufHeader.Align(cursor.Position, alignment);
        int[] order = [.. Enumerable.Range(0, tensors.Count)];
        Array.Sort(order, (left, right) => tensors[left].Offset.CompareTo(tensors[right].Offset));
        for (int i = 0; i < order.Length; i++)
        {
            GgufTensorInfo tensor = tensors[order[i]];
            cursor.At(tensor.Name, "offset");
            long end = Sum(dataOffset, Sum(tensor.Offset, tensor.Bytes)) ?? long.MaxValue;
            if (end > long.MaxValue - alignment)
            {
                throw cursor.Fail(GgufProblems.OffsetOverflow((ulong)tensor.Offset), places[order[i]]);
            }

            if (i + 1 < order.Length && tensors[order[i + 1]].Offset < tensor.Offset + tensor.Bytes)
            {
                cursor.At(tensors[order[i + 1]].Name, "offset");
                throw cursor.Fail(GgufProblems.Overlap(tensor.Name), places[order[i + 1]]);
            }

            if (!options.HeaderOnly && cursor.Length is { } length && end > length)
            {
                throw cursor.Fail(GgufProblems.PastTheEnd(end, length), places[order[i]]);
            }
        }
    }

    private static long? Sum(long left, long? right) => right is { } value && left <= long.MaxValue - value ? left + value : null;
}
