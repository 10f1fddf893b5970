using ScottPlot;

namespace DeepFit.Charts;

/// <summary>Places labels beside their points so that none covers another one, a point, or an error bar.</summary>
internal sealed class LabelLayout
{
    private const float Gap = 9;

    private readonly PixelRect area;
    private readonly List<PixelRect> taken = [];

    /// <summary>Starts with an empty area.</summary>
    /// <param name="area">Where labels may stand, in pixels.</param>
    public LabelLayout(PixelRect area) => this.area = area;

    /// <summary>Keeps a rectangle free of labels.</summary>
    public void Reserve(PixelRect rectangle) => taken.Add(rectangle);

    /// <summary>Keeps a line free of labels.</summary>
    public void ReserveLine(Pixel from, Pixel to)
    {
        int steps = Math.Max(1, (int)(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)) / 6));
        for (int i = 0; i <= steps; i++)
        {
            float x = from.X + ((to.X - from.X) * i / steps), y = from.Y + ((to.Y - from.Y) * i / steps);
            taken.Add(new PixelRect(x - 2, x + 2, y + 2, y - 2));
        }
    }

    /// <summary>Finds a place of the given size near a point: the nearest that is free, or the one that covers least.</summary>
    /// <param name="point">The point.</param>
    /// <param name="width">Width of the label in pixels.</param>
    /// <param name="height">Height of the label in pixels.</param>
    public PixelRect Place(Pixel point, float width, float height)
    {
        PixelRect best = default;
        float least = float.MaxValue;
        foreach (PixelRect candidate in Candidates(point, width, height))
        {
            float covered = taken.Sum(t => Overlap(t, candidate)) + (10 * Outside(candidate));
            if (covered < least)
            {
                (best, least) = (candidate, covered);
            }

            if (covered == 0)
            {
                break;
            }
        }

        taken.Add(best);
        return best;
    }

    /// <summary>Pixels² that two rectangles share.</summary>
    public static float Overlap(PixelRect a, PixelRect b) =>
        Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left)) * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));

    private static IEnumerable<PixelRect> Candidates(Pixel point, float width, float height)
    {
        for (int ring = 0; ring < 6; ring++)
        {
            float x = Gap + (ring * 14), y = Gap + (ring * 14);
            (float Left, float Top)[] places =
            [
                (point.X + x, point.Y - y - height), (point.X - x - width, point.Y - y - height), (point.X + x, point.Y + y), (point.X - x - width, point.Y + y),
                (point.X + x, point.Y - (height / 2)), (point.X - x - width, point.Y - (height / 2)),
                (point.X - (width / 2), point.Y - y - height), (point.X - (width / 2), point.Y + y),
            ];
            foreach ((float left, float top) in places)
            {
                yield return new PixelRect(left, left + width, top + height, top);
            }
        }
    }

    private float Outside(PixelRect r) => (r.Width * r.Height) - Overlap(area, r);
}
