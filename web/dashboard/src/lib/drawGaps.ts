/** Gaps on the canvas of a plot: each kind with a ground of its own, and its name where there is room. `ratio` is canvas pixels in one of the lengths here. */
import type uPlot from "uplot";

import { stateNames, strings } from "../strings";
import type { Gap, GapKind } from "./gaps";
import type { Palette } from "./palette";

/** Lines of a ground: their slant (1 falls, -1 rises) and their distance in CSS pixels; none for a plain ground. */
const GROUNDS: Readonly<Record<GapKind, { readonly slants: readonly number[]; readonly step: number; readonly colour: "muted" | "warn" | "bad" | "edge" }>> = {
  noFace: { slants: [], step: 0, colour: "edge" },
  unread: { slants: [], step: 0, colour: "edge" },
  before: { slants: [], step: 0, colour: "edge" },
  noFrames: { slants: [-1], step: 9, colour: "edge" },
  noData: { slants: [-1], step: 9, colour: "muted" },
  down: { slants: [1], step: 7, colour: "warn" },
  offline: { slants: [1, -1], step: 9, colour: "bad" },
};

const TEXT = 11; // CSS pixels

export function sayGap({ kind, change }: Gap): string {
  if (kind !== "down" || change === undefined) return strings.gaps[kind];
  return change.error === null ? stateNames[change.state] : `${stateNames[change.state]}: ${change.error.code}`;
}

export function drawGaps(plot: uPlot, gaps: readonly Gap[], palette: Palette, ratio: number): void {
  const { ctx, bbox } = plot;
  for (const gap of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(gap.from / 1000, "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(gap.until / 1000, "x", true));
    if (right - left < 1) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.fillStyle = palette.sunk;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    drawGround(plot, left, right, gap.kind, palette, ratio);
    drawWords(plot, (left + right) / 2, right - left, sayGap(gap), palette, ratio);
    ctx.restore();
  }
}

function drawGround({ ctx, bbox }: uPlot, left: number, right: number, kind: GapKind, palette: Palette, ratio: number): void {
  const { slants, step, colour } = GROUNDS[kind];
  const distance = step * ratio;
  ctx.strokeStyle = palette[colour];
  ctx.lineWidth = ratio;
  ctx.globalAlpha = 0.55;
  ctx.beginPath();
  for (const slant of slants) {
    // On a grid of the whole plot, so that the lines of two gaps side by side meet.
    for (let x = Math.floor((left - bbox.height) / distance) * distance; x < right + bbox.height; x += distance) {
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x + slant * bbox.height, bbox.top + bbox.height);
    }
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** Along the time axis where the words fit, else upright, else not at all: the readout says it then. */
function drawWords({ ctx, bbox }: uPlot, middle: number, width: number, words: string, palette: Palette, ratio: number): void {
  ctx.font = `${TEXT * ratio}px ${palette.font}`;
  const long = ctx.measureText(words).width + 12 * ratio;
  const upright = long > width;
  if (upright && (width < 17 * ratio || long > bbox.height)) return;
  ctx.translate(middle, bbox.top + bbox.height / 2);
  if (upright) ctx.rotate(-Math.PI / 2);
  ctx.fillStyle = palette.sunk;
  ctx.fillRect(-long / 2, -8 * ratio, long, 16 * ratio);
  ctx.fillStyle = palette.muted;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(words, 0, 0);
}
