/** The last minutes of a stream as a ribbon: as high as the dominant mean score, in the dominant emotion's colour. */
import { EMOTIONS, LOOKS, OUTLINES, type Emotion } from "./emotions";
import type { Palette } from "./palette";

/** A window as far as the ribbon shows it; `end` in milliseconds since the epoch. */
export interface RibbonRow {
  readonly end: number;
  /** Analysed in it; without any the window tells nothing, not even that nobody was there. */
  readonly frames: number;
  readonly dominant: Emotion | null;
  /** In the order of `EMOTIONS`. */
  readonly means: ArrayLike<number> | null;
}

/** Windows in a row with the same dominant emotion, `null` where no face was read. Time that nothing is known of lies between bands. */
export interface Band {
  readonly emotion: Emotion | null;
  /** From left to right: x in CSS pixels, score 0..1. */
  readonly points: readonly (readonly [number, number])[];
}

/** A time span in milliseconds since the epoch, and the CSS pixels it is drawn on. */
export interface Extent {
  readonly from: number;
  readonly until: number;
  readonly width: number;
}

const MISSING = 1.6; // intervals between two windows' ends after which something is missing
const MARKER = 8; // CSS pixels
const ROOM = 16; // a band this wide has room for its emotion's shape

/** `interval` in seconds. Each window stands for the interval before its end. */
export function bandsOf(rows: readonly RibbonRow[], interval: number, { from, until, width }: Extent): Band[] {
  const bands: { emotion: Emotion | null; points: [number, number][] }[] = [];
  const step = interval * 1000;
  const place = (time: number) => ((time - from) / (until - from)) * width;
  let previous = -Infinity;
  for (const { end, frames, dominant, means } of rows) {
    if (end <= from || frames === 0) continue;
    const band = bands.at(-1);
    const apart = end - previous > step * MISSING;
    const score = dominant === null || means === null ? 0 : (means[EMOTIONS.indexOf(dominant)] ?? 0);
    if (band === undefined || apart || band.emotion !== dominant) {
      bands.push({ emotion: dominant, points: [[Math.max(0, place(end - step)), score], [place(end), score]] });
    } else {
      band.points.push([place(end), score]);
    }
    previous = end;
  }
  return bands;
}

/** Draws on a cleared canvas, `height` CSS pixels high. */
export function paintRibbon(context: CanvasRenderingContext2D, bands: readonly Band[], height: number, palette: Palette): void {
  for (const { emotion, points } of bands) {
    if (emotion === null) paintNobody(context, points, height, palette.muted);
    else paintBand(context, points, height, palette.emotions[emotion]);
  }
  for (const { emotion, points } of bands) {
    const [left, right] = [points[0]![0], points.at(-1)![0]];
    if (emotion !== null && right - left >= ROOM) paintShape(context, emotion, (left + right) / 2, height, palette);
  }
}

/** Somebody looked, and no face was there. */
function paintNobody(context: CanvasRenderingContext2D, points: Band["points"], height: number, ink: string): void {
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.setLineDash([1, 3]);
  context.beginPath();
  context.moveTo(points[0]![0], height - 0.5);
  context.lineTo(points.at(-1)![0], height - 0.5);
  context.stroke();
  context.setLineDash([]);
}

function paintBand(context: CanvasRenderingContext2D, points: Band["points"], height: number, ink: string): void {
  const top = (score: number) => height - Math.max(1.5, score * (height - 2));
  const line = new Path2D();
  points.forEach(([x, score], index) => (index === 0 ? line.moveTo(x, top(score)) : line.lineTo(x, top(score))));
  const area = new Path2D(line);
  area.lineTo(points.at(-1)![0], height);
  area.lineTo(points[0]![0], height);
  area.closePath();
  context.globalAlpha = 0.3;
  context.fillStyle = ink;
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.stroke(line);
}

function paintShape(context: CanvasRenderingContext2D, emotion: Emotion, x: number, height: number, palette: Palette): void {
  context.save();
  context.translate(x - MARKER / 2, height - MARKER - 2);
  context.scale(MARKER / 16, MARKER / 16);
  context.fillStyle = palette.emotions[emotion];
  context.fill(new Path2D(OUTLINES[LOOKS[emotion].shape]));
  context.restore();
}
