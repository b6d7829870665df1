/** Marks on the canvas of a plot: a line each, with a flag on top, and of markers the label. `ratio` is canvas pixels in one of the lengths here. */
import type uPlot from "uplot";

import type { Mark } from "./marks";
import type { Palette } from "./palette";

const TEXT = 11; // CSS pixels
const LONGEST = 150; // of a label
const ROWS = 3; // of labels below each other, where they are close
const ROW = 17;

/** A square for a change of state, a round for an event, a pennant for a marker; without flags just the lines. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], flags: boolean, palette: Palette, ratio: number): void {
  const { ctx, bbox } = plot;
  const seen = marks
    .map((mark) => ({ mark, x: plot.valToPos(mark.at / 1000, "x", true) }))
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width);
  ctx.save();
  ctx.lineWidth = ratio;
  for (const { mark, x } of seen) {
    ctx.strokeStyle = ctx.fillStyle = colourOf(mark, palette);
    ctx.setLineDash(mark.kind === "marker" ? [] : [3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (flags) drawFlag(plot, x, mark, ratio);
  }
  if (flags) drawLabels(plot, seen.filter(({ mark }) => mark.kind === "marker"), palette, ratio);
  ctx.restore();
}

function colourOf({ kind, bad }: Mark, palette: Palette): string {
  if (bad) return palette.bad;
  return kind === "marker" ? palette.text : palette.accent;
}

function drawFlag({ ctx, bbox }: uPlot, x: number, { kind }: Mark, ratio: number): void {
  ctx.beginPath();
  if (kind === "event") ctx.arc(x, bbox.top - 6 * ratio, 4 * ratio, 0, 2 * Math.PI);
  else if (kind === "state") ctx.rect(x - 4 * ratio, bbox.top - 10 * ratio, 8 * ratio, 8 * ratio);
  else {
    ctx.moveTo(x, bbox.top - 11 * ratio);
    ctx.lineTo(x + 9 * ratio, bbox.top - 7 * ratio);
    ctx.lineTo(x, bbox.top - 3 * ratio);
  }
  ctx.fill();
}

/** To the right of their lines, or to the left at the plot's end; each in the first row that has room for it. */
function drawLabels({ ctx, bbox }: uPlot, markers: readonly { mark: Mark; x: number }[], palette: Palette, ratio: number): void {
  ctx.font = `${TEXT * ratio}px ${palette.font}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const free: number[] = Array.from({ length: ROWS }, () => -Infinity); // where each row has room again
  for (const { mark, x } of markers) {
    const words = shortened(ctx, mark.words, LONGEST * ratio);
    const width = ctx.measureText(words).width + 8 * ratio;
    const left = x + width + 2 * ratio > bbox.left + bbox.width ? x - width - 2 * ratio : x + 2 * ratio;
    const row = free.findIndex((end) => left >= end);
    if (row < 0) continue; // it is told where it is pointed at
    free[row] = left + width;
    const middle = bbox.top + (row + 0.6) * ROW * ratio;
    ctx.globalAlpha = 0.88;
    ctx.fillStyle = palette.panel;
    ctx.fillRect(left, middle - 7.5 * ratio, width, 15 * ratio);
    ctx.globalAlpha = 1;
    ctx.fillStyle = palette.text;
    ctx.fillText(words, left + 4 * ratio, middle);
  }
}

function shortened(ctx: CanvasRenderingContext2D, words: string, width: number): string {
  if (ctx.measureText(words).width <= width) return words;
  let letters = [...words];
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > width) letters = letters.slice(0, -1);
  return `${letters.join("")}…`;
}
