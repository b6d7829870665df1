/** Stacked bands on the canvas of a plot, each with its marker in it and its name at its end. `ratio` is canvas pixels in one of the lengths here. */
import type uPlot from "uplot";

import { emotionNames } from "../strings";
import { STACK, type Run } from "./bands";
import { drawMarker } from "./drawFaces";
import type { Palette } from "./palette";

const MARKED_FROM = 13; // CSS pixels; a band at least this tall has room for its marker
const MARKER = 9;
const APART = 150; // CSS pixels between the markers of one band
const NEAREST = 14; // CSS pixels that markers of one band are apart at least
const NAMED_FROM = 0.05; // of the height; thinner bands at the right edge go without their name
const LINE = 15;

export function drawRuns(plot: uPlot, runs: readonly Run[], palette: Palette, ratio: number): void {
  for (const run of runs) {
    const xs = run.times.map((time) => plot.valToPos(time / 1000, "x", true));
    const floor = run.times.map(() => 0);
    STACK.forEach((emotion, band) => {
      const area = areaOf(plot, xs, run.tops[band]!, band === 0 ? floor : run.tops[band - 1]!);
      plot.ctx.fillStyle = palette.emotions[emotion];
      plot.ctx.fill(area);
    });
    drawSeams(plot, xs, run, palette, ratio);
    drawMarkers(plot, xs, run, palette, ratio);
  }
}

function areaOf(plot: uPlot, xs: readonly number[], tops: readonly number[], bottoms: readonly number[]): Path2D {
  const area = new Path2D();
  for (let index = 0; index < xs.length; index++) area.lineTo(xs[index]!, plot.valToPos(tops[index]!, "y", true));
  for (let index = xs.length - 1; index >= 0; index--) area.lineTo(xs[index]!, plot.valToPos(bottoms[index]!, "y", true));
  return area;
}

/** A fine line of the panel's colour between bands, for eyes to which two colours look alike. */
function drawSeams(plot: uPlot, xs: readonly number[], run: Run, { panel }: Palette, ratio: number): void {
  const { ctx } = plot;
  ctx.strokeStyle = panel;
  ctx.lineWidth = ratio;
  for (const tops of run.tops.slice(0, -1)) {
    ctx.beginPath();
    xs.forEach((x, index) => ctx.lineTo(x, plot.valToPos(tops[index]!, "y", true)));
    ctx.stroke();
  }
}

/** The marker of each band at the tallest place of each of its humps, and again and again along a long one. */
function drawMarkers(plot: uPlot, xs: readonly number[], run: Run, { panel }: Palette, ratio: number): void {
  const { left, width } = plot.bbox;
  const scale = plot.scales["x"]!;
  const step = niceStep((APART * ratio * ((scale.max ?? 1) - (scale.min ?? 0))) / width) * 1000;
  const first = Math.max(left, xs[0]!) + MARKER * ratio;
  const last = Math.min(left + width, xs.at(-1)!) - MARKER * ratio;
  plot.ctx.fillStyle = panel;
  STACK.forEach((emotion, band) => {
    let best: Place | null = null;
    let drawn = -Infinity;
    const put = () => {
      if (best !== null && best.x - drawn >= NEAREST * ratio) {
        drawMarker(plot.ctx, emotion, best.x, best.y, MARKER * ratio);
        drawn = best.x;
      }
      best = null;
    };
    xs.forEach((x, index) => {
      const top = plot.valToPos(run.tops[band]![index]!, "y", true);
      const bottom = plot.valToPos(band === 0 ? 0 : run.tops[band - 1]![index]!, "y", true);
      const slot = Math.floor(run.times[index]! / step);
      const fits = bottom - top >= MARKED_FROM * ratio && x >= first && x <= last;
      if (best !== null && (!fits || best.slot !== slot)) put();
      if (fits && (best === null || bottom - top > best.height)) best = { x, y: (top + bottom) / 2, height: bottom - top, slot };
    });
    put();
  });
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly slot: number;
}

/** The next of 1, 2, 5, 10, 20, ... seconds. */
function niceStep(seconds: number): number {
  const power = 10 ** Math.floor(Math.log10(seconds));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= seconds) ?? seconds;
}

/** The names of the bands at the right edge of the plot, where the newest run reaches it. */
export function drawNames(plot: uPlot, run: Run | undefined, palette: Palette, ratio: number): void {
  if (run === undefined) return;
  const { ctx, bbox } = plot;
  const last = run.times.length - 1;
  const names = STACK.map((emotion, band) => {
    const bottom = band === 0 ? 0 : run.tops[band - 1]![last]!;
    const top = run.tops[band]![last]!;
    return { emotion, share: top - bottom, y: plot.valToPos((top + bottom) / 2, "y", true) };
  }).filter(({ share }) => share >= NAMED_FROM);
  ctx.save();
  ctx.font = `${12 * ratio}px ${palette.font}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { emotion, y } of spread(names, LINE * ratio, bbox.top + bbox.height)) {
    const x = bbox.left + bbox.width + 13 * ratio;
    ctx.fillStyle = palette.emotions[emotion];
    drawMarker(ctx, emotion, x, y, MARKER * ratio);
    ctx.fillStyle = palette.text;
    ctx.fillText(emotionNames[emotion], x + 10 * ratio, y);
  }
  ctx.restore();
}

/** The same with heights pushed apart, so that none lies on another and none below `floor`. */
export function spread<T extends { readonly y: number }>(places: readonly T[], step: number, floor: number): T[] {
  const spread = [...places].sort((one, other) => one.y - other.y);
  for (let index = 1; index < spread.length; index++) {
    const least = spread[index - 1]!.y + step;
    if (spread[index]!.y < least) spread[index] = { ...spread[index]!, y: least };
  }
  let limit = floor;
  for (let index = spread.length - 1; index >= 0; index--) {
    if (spread[index]!.y > limit) spread[index] = { ...spread[index]!, y: limit };
    limit = spread[index]!.y - step;
  }
  return spread;
}
