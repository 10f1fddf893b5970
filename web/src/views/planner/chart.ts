import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { MatrixCell } from '$lib/api';

use([
  LineChart,
  ScatterChart,
  GridComponent,
  TitleComponent,
  TooltipComponent,
  LabelLayout,
  CanvasRenderer,
  SVGRenderer,
]);

type Named = Pick<MatrixCell, 'variant' | 'quantization'>;

/** What the chart shows. */
export interface ChartInput {
  /** The cells that run. */
  readonly cells: readonly MatrixCell[];
  readonly pick: Named | null;
  readonly cell: Named | null;
  /** What a saved picture says above the chart: what it shows, and of which machine and question. */
  readonly caption: { readonly title: string; readonly about: string };
  readonly names: { readonly speed: string; readonly score: string; readonly frontier: string; readonly pick: string };
  readonly write: {
    readonly rate: (tps: number) => string;
    readonly score: (score: number) => string;
    readonly axis: (value: number) => string;
  };
  /** The colours are read anew when it changes. */
  readonly dark: boolean;
}

interface Point {
  readonly value: [number, number];
  readonly cell: MatrixCell;
}

/**
 * Speed against score. On the page it is painted on a canvas: an SVG would need style attributes, which the page's policy
 * refuses.
 */
export class SpeedQualityChart {
  readonly #place: HTMLElement;
  readonly #chart: EChartsType;
  readonly #resize: ResizeObserver;
  #input: ChartInput | undefined;

  /** @param onselect A point was clicked. */
  constructor(place: HTMLElement, onselect: (cell: MatrixCell) => void) {
    this.#place = place;
    this.#chart = init(place, null, { renderer: 'canvas' });
    this.#resize = new ResizeObserver(() => this.#chart.resize());
    this.#resize.observe(place);
    this.#chart.on('click', (event) => {
      const point = event.data as Partial<Point> | undefined;
      if (point?.cell) onselect(point.cell);
    });
  }

  draw(input: ChartInput): void {
    this.#input = input;
    this.#chart.setOption(this.#option(input), { notMerge: true });
  }

  /** The chart as a PNG of twice the size, as a data address. */
  png(): string {
    return this.#saved('canvas', (painter) => painter.getDataURL({ type: 'png', pixelRatio: 2 }));
  }

  /** The chart as an SVG, as the address of a blob. */
  svg(): string {
    return this.#saved('svg', (painter) =>
      URL.createObjectURL(new Blob([painter.renderToSVGString()], { type: 'image/svg+xml' })),
    );
  }

  dispose(): void {
    this.#resize.disconnect();
    this.#chart.dispose();
  }

  /** Paints the chart anew, as large as it is here, with what a picture must say that leaves the page. */
  #saved(renderer: 'canvas' | 'svg', take: (painter: EChartsType) => string): string {
    const { width, height } = this.#place.getBoundingClientRect();
    const room = 48;
    const size = { width, height: height + room };
    const painter =
      renderer === 'svg'
        ? init(null, null, { renderer, ssr: true, ...size })
        : init(document.createElement('div'), null, { renderer, ...size });
    try {
      if (this.#input) {
        const option = this.#option(this.#input);
        const { title, about } = this.#input.caption;
        const font = option.textStyle;
        painter.setOption({
          ...option,
          animation: false,
          backgroundColor: this.#colour('--surface'),
          grid: { ...option.grid, top: option.grid.top + room },
          title: {
            text: title,
            subtext: about,
            left: 12,
            top: 8,
            itemGap: 4,
            textStyle: { ...font, color: this.#colour('--ink'), fontSize: 15 },
            subtextStyle: { ...font, width: width - 24, overflow: 'truncate' as const },
          },
        });
      }
      return take(painter);
    } finally {
      painter.dispose();
    }
  }

  #option(input: ChartInput) {
    const ink = this.#colour('--ink');
    const faint = this.#colour('--ink-3');
    const accent = this.#colour('--accent');
    const surface = this.#colour('--surface');
    // Names of typefaces stand between apostrophes: a drawing puts them into an attribute as they are.
    const fontFamily = getComputedStyle(this.#place).fontFamily.replaceAll('"', "'");
    const font = { fontFamily, color: faint, fontSize: 12 };
    const points: Point[] = input.cells.map((cell) => ({ value: [cell.generation_tps ?? 0, cell.score ?? 0], cell }));
    const frontier = points.filter((one) => one.cell.frontier).sort((one, other) => one.value[0] - other.value[0]);
    const same = (cell: MatrixCell, other: Named | null) =>
      cell.variant === other?.variant && cell.quantization === other.quantization;
    const picked = points.filter((one) => same(one.cell, input.pick));
    const chosen = points.filter((one) => same(one.cell, input.cell));
    const axis = {
      nameTextStyle: { ...font, color: this.#colour('--ink-2') },
      axisLabel: font,
      axisLine: { lineStyle: { color: this.#colour('--line-strong') } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: this.#colour('--line') } },
      minorTick: { show: false },
    };
    return {
      animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
      textStyle: font,
      grid: { left: 44, right: 24, top: 34, bottom: 44 },
      xAxis: {
        ...axis,
        type: 'log' as const,
        name: input.names.speed,
        nameLocation: 'middle' as const,
        nameGap: 28,
        axisLabel: { ...font, formatter: (value: number) => input.write.axis(value) },
      },
      yAxis: { ...axis, type: 'value' as const, name: input.names.score, scale: true },
      tooltip: {
        trigger: 'item' as const,
        confine: true,
        backgroundColor: surface,
        borderColor: this.#colour('--line-strong'),
        textStyle: { ...font, color: ink },
        formatter: (event: unknown) => this.#tooltip((event as { data?: Partial<Point> }).data?.cell, input),
      },
      series: [
        {
          type: 'line' as const,
          name: input.names.frontier,
          data: frontier,
          z: 2,
          symbol: 'circle',
          symbolSize: 9,
          lineStyle: { color: accent, width: 2 },
          itemStyle: { color: accent },
          label: {
            show: true,
            // Nothing is faster and better than the frontier: above it to the right is room.
            position: [5, -20] as [number, number],
            textBorderColor: surface,
            textBorderWidth: 3,
            color: ink,
            fontSize: 11,
            formatter: (event: unknown) => this.#first((event as { dataIndex: number }).dataIndex, frontier),
          },
          labelLayout: { hideOverlap: true },
        },
        {
          type: 'scatter' as const,
          data: points.filter((one) => !one.cell.frontier),
          z: 1,
          symbolSize: 7,
          itemStyle: { color: this.#colour('--part-overhead'), opacity: 0.6 },
        },
        {
          type: 'scatter' as const,
          data: picked,
          z: 4,
          symbol: 'path://M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17l-5.300 3 1.100-6-4.400-4.200 6-.8z',
          symbolSize: 22,
          itemStyle: { color: this.#colour('--part-compute'), borderColor: surface, borderWidth: 1.5 },
        },
        {
          type: 'scatter' as const,
          data: chosen,
          z: 5,
          symbol: 'circle',
          symbolSize: 26,
          itemStyle: { color: 'transparent', borderColor: ink, borderWidth: 2 },
        },
      ],
    };
  }

  /** A variant is named once on the frontier, where it begins. */
  #first(index: number, frontier: readonly Point[]): string {
    const variant = frontier[index]?.cell.variant ?? '';
    return frontier[index - 1]?.cell.variant === variant ? '' : variant;
  }

  // Made of elements, not of a string: the page's policy refuses style attributes, and nothing here may become HTML.
  #tooltip(cell: MatrixCell | undefined, input: ChartInput): HTMLElement {
    const box = document.createElement('div');
    if (!cell) return box;
    const title = document.createElement('strong');
    title.textContent = `${cell.variant} ${cell.quantization}`;
    const figures = document.createElement('div');
    figures.textContent = `${input.write.rate(cell.generation_tps ?? 0)} ${input.names.speed} · ${input.names.score} ${input.write.score(cell.score ?? 0)}`;
    box.append(title, figures);
    return box;
  }

  /** A colour of the page as it is now; a canvas knows neither custom properties nor light-dark(). */
  #colour(name: string): string {
    const probe = document.createElement('span');
    probe.hidden = true;
    probe.style.color = `var(${name})`;
    this.#place.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }
}
