/** A plot of stacked bands over time: uPlot's axes, cursor and selection, with bands, gaps and marks drawn into it. */
import uPlot from "uplot";

import type { Run } from "./bands";
import { drawNames, drawRuns } from "./drawBands";
import { drawGaps } from "./drawGaps";
import { drawMarks } from "./drawMarks";
import { timeAxis, valueAxis } from "./axes";
import type { Gap } from "./gaps";
import type { Mark } from "./marks";
import { onScheme, readPalette, type Palette } from "./palette";
import type { Range } from "./timeView.svelte";

export interface BandScene {
  readonly range: Range;
  readonly runs: readonly Run[];
  readonly gaps: readonly Gap[];
  readonly marks: readonly Mark[];
}

export interface BandOptions {
  readonly host: HTMLElement;
  /** Whether times stand below it, and flags of marks above it. */
  readonly times: boolean;
  readonly flags: boolean;
  /** How much larger than usual its letters and lines are. */
  readonly scale: number;
  readonly label: (value: number) => string;
  /** The time in milliseconds that the pointer is at, `null` when it leaves. */
  readonly onHover: (time: number | null) => void;
  readonly onSelect: (range: Range) => void;
  readonly onReset: () => void;
}

/** Room left and right of every plot and strip, in CSS pixels, so that they stay in step. */
export const LEFT = 44;
const NAMED = 560; // a plot at least this wide has room for names at its right
const NAMES = 92;
const BARE = 10;
const LEAST_DRAG = 6;

const EMPTY: BandScene = { range: { from: 0, until: 1000 }, runs: [], gaps: [], marks: [] };

export function rightOf(width: number, scale = 1): number {
  return (width >= NAMED * scale ? NAMES : BARE) * scale;
}

export class BandPlot {
  private readonly plot: uPlot;
  private readonly observer: ResizeObserver;
  private readonly endScheme: () => void;
  private palette: Palette;
  private scene = EMPTY;
  private steered = false;

  constructor(private readonly options: BandOptions) {
    const { host } = options;
    this.palette = readPalette(host);
    this.plot = new uPlot(this.plotOptions(), [[0, 1], [null, null]], host);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
    this.endScheme = onScheme(() => {
      this.palette = readPalette(host);
      this.plot.redraw(false, true);
    });
  }

  show(scene: BandScene): void {
    this.scene = scene;
    const { from, until } = scene.range;
    this.plot.setData([[from / 1000, until / 1000], [null, null]]);
  }

  /** Puts the cursor to a time that is pointed at elsewhere. */
  point(time: number | null): void {
    const left = time === null ? -10 : this.plot.valToPos(time / 1000, "x");
    this.steered = true;
    this.plot.setCursor({ left, top: time === null ? -10 : 0 }, false);
    this.steered = false;
  }

  destroy(): void {
    this.observer.disconnect();
    this.endScheme();
    this.plot.destroy();
  }

  private plotOptions(): uPlot.Options {
    const { host, times, flags, label, scale } = this.options;
    return {
      width: Math.max(1, host.clientWidth),
      height: Math.max(1, host.clientHeight),
      padding: [(flags ? 14 : 6) * scale, (plot) => rightOf(plot.width, scale), times ? 0 : 4, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        bind: { dblclick: () => () => (this.options.onReset(), null) },
      },
      scales: {
        x: { time: true, range: () => [this.scene.range.from / 1000, this.scene.range.until / 1000] },
        y: { range: [0, 1] },
      },
      axes: [timeAxis(() => this.palette, times, scale), valueAxis(() => this.palette, label, LEFT * scale, scale)],
      series: [{}, { points: { show: false } }],
      hooks: {
        draw: [() => this.draw()],
        setCursor: [(plot) => this.hovered(plot)],
        setSelect: [(plot) => this.selected(plot)],
      },
    };
  }

  private draw(): void {
    const { plot, palette, scene } = this;
    const { flags, scale } = this.options;
    const ratio = devicePixelRatio * scale;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    drawGaps(plot, scene.gaps, palette, ratio);
    drawRuns(plot, scene.runs, palette, ratio);
    ctx.restore();
    drawMarks(plot, scene.marks, flags, palette, ratio);
    if (plot.width >= NAMED * scale) drawNames(plot, this.newestRun(), palette, ratio);
  }

  /** The run that reaches the right edge. */
  private newestRun(): Run | undefined {
    const run = this.scene.runs.at(-1);
    const { from, until } = this.scene.range;
    return run !== undefined && until - run.times.at(-1)! < (until - from) / 12 ? run : undefined;
  }

  private hovered(plot: uPlot): void {
    if (this.steered) return;
    const { left } = plot.cursor;
    this.options.onHover(left == null || left < 0 ? null : plot.posToVal(left, "x") * 1000);
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < LEAST_DRAG) return;
    const range = { from: plot.posToVal(left, "x") * 1000, until: plot.posToVal(left + width, "x") * 1000 };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.onSelect(range);
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.options.host;
    if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }
}
