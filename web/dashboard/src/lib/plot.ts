/** The line chart of the eight mean scores: uPlot, told what this page needs of it. */
import uPlot from "uplot";

import { EMOTIONS, LOOKS, type Emotion } from "./emotions";
import { drawLineEnds } from "./lineEnds";
import type { Columns } from "./timeline";

const LABELLED = 620; // CSS pixels; a chart at least this wide has room for names at the lines' ends
const pad = (number: number) => String(number).padStart(2, "0");

export interface PlotOptions {
  readonly host: HTMLElement;
  /** The time in seconds that the pointer is at, `null` when it leaves. */
  readonly onInspect: (seconds: number | null) => void;
}

export class ScorePlot {
  private readonly plot: uPlot;
  private readonly host: HTMLElement;
  private readonly observer: ResizeObserver;
  private range: [number, number] = [0, 1];

  constructor({ host, onInspect }: PlotOptions) {
    this.host = host;
    const inspect = (plot: uPlot) => {
      const index = plot.cursor.left != null && plot.cursor.left >= 0 ? plot.cursor.idx : null;
      onInspect(index == null ? null : (plot.data[0][index] ?? null));
    };
    const options: uPlot.Options = {
      width: host.clientWidth,
      height: host.clientHeight,
      padding: [8, (plot) => (plot.width >= LABELLED ? 92 : 14), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
      focus: { alpha: 0.15 },
      scales: { x: { time: true, range: () => this.range }, y: { range: [0, 1] } },
      axes: [timeAxis(), scoreAxis()],
      series: [{}, ...EMOTIONS.map(line)],
      hooks: { setCursor: [inspect], draw: [(plot) => drawLineEnds(plot, plot.width >= LABELLED)] },
    };
    this.plot = new uPlot(options, [[], ...EMOTIONS.map(() => [])], host);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
  }

  /** Draws the columns over `span` seconds that end at `until`. */
  show(columns: Columns, until: number, span: number): void {
    this.range = [until - span, until];
    this.plot.setData([columns.times, ...columns.lines]);
  }

  /** Brings one line forward; `null` shows all alike. */
  trace(emotion: Emotion | null): void {
    const index = emotion === null ? null : EMOTIONS.indexOf(emotion) + 1;
    this.plot.setSeries(index as number, { focus: true });
  }

  /** Draws again in the colours that hold now. */
  repaint(): void {
    this.plot.redraw(false, true);
  }

  destroy(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }
}

/** The value of a CSS custom property where the plot hangs. */
export function themed(plot: uPlot, property: string): string {
  return getComputedStyle(plot.root).getPropertyValue(property).trim();
}

export function fontOf(plot: uPlot): string {
  return `12px ${getComputedStyle(plot.root).fontFamily}`;
}

function line(emotion: Emotion): uPlot.Series {
  const { colour, dash } = LOOKS[emotion];
  const stroke = (plot: uPlot) => themed(plot, colour);
  return {
    stroke,
    width: 1.75,
    dash: [...dash],
    spanGaps: false,
    points: { show: true, size: 4, width: 0, fill: stroke, filter: lonely },
  };
}

/** The points with a gap on both sides, which no line would show. */
function lonely(plot: uPlot, seriesIndex: number): number[] {
  const values = plot.data[seriesIndex] ?? [];
  const found: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
  }
  return found;
}

function timeAxis(): uPlot.Axis {
  return {
    stroke: (plot) => themed(plot, "--muted"),
    font: "12px system-ui, sans-serif",
    size: 24,
    gap: 6,
    space: 84,
    grid: { stroke: (plot) => themed(plot, "--grid"), width: 1 },
    ticks: { show: false, size: 0 },
    values: (_plot, splits, _axis, _space, step) => splits.map((seconds) => timeLabel(seconds, step)),
  };
}

function timeLabel(seconds: number, step: number): string {
  const time = new Date(seconds * 1000);
  const label = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  return step < 60 ? `${label}:${pad(time.getSeconds())}` : label;
}

function scoreAxis(): uPlot.Axis {
  return {
    stroke: (plot) => themed(plot, "--muted"),
    font: "12px system-ui, sans-serif",
    size: 40,
    grid: { stroke: (plot) => themed(plot, "--grid"), width: 1 },
    ticks: { show: false, size: 0 },
    splits: () => [0, 0.25, 0.5, 0.75, 1],
    values: (_plot, splits) => splits.map((value) => value.toFixed(2)),
  };
}
