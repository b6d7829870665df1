/** Each line's marker at its newest point, with its name beside it: what tells lines apart without colour. */
import type uPlot from "uplot";

import { emotionNames } from "../strings";
import { EMOTIONS, LOOKS, OUTLINES, type Emotion } from "./emotions";
import { fontOf, themed } from "./plot";

const NAMED_FROM = 0.06; // lower lines lie on the floor together; the table beside has their figures
const LINE_HEIGHT = 15;
const MARKER = 9;

interface End {
  readonly emotion: Emotion;
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

export function drawLineEnds(plot: uPlot, withNames: boolean): void {
  const ends = endsOf(plot);
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const end of ends) drawMarker(plot, end, ratio);
  if (withNames) drawNames(plot, ends.filter((end) => end.score >= NAMED_FROM), ratio);
  ctx.restore();
}

/** Where the lines end, in canvas pixels; none where the newest window has no face. */
function endsOf(plot: uPlot): End[] {
  const last = plot.data[0].length - 1;
  const time = plot.data[0][last];
  const min = plot.scales["x"]?.min;
  if (time === undefined || min == null || time < min) return [];
  return EMOTIONS.flatMap((emotion, index) => {
    const score = plot.data[index + 1]?.[last];
    if (score == null) return [];
    return [{ emotion, score, x: plot.valToPos(time, "x", true), y: plot.valToPos(score, "y", true) }];
  });
}

function drawMarker({ ctx, root, series }: uPlot, { emotion, x, y }: End, ratio: number): void {
  const { colour, shape } = LOOKS[emotion];
  const scale = (MARKER / 16) * ratio;
  ctx.save();
  ctx.globalAlpha = series[EMOTIONS.indexOf(emotion) + 1]?.alpha ?? 1;
  ctx.translate(x - 8 * scale, y - 8 * scale);
  ctx.scale(scale, scale);
  ctx.fillStyle = getComputedStyle(root).getPropertyValue(colour).trim();
  ctx.fill(new Path2D(OUTLINES[shape]));
  ctx.restore();
}

function drawNames(plot: uPlot, ends: End[], ratio: number): void {
  const { ctx, bbox } = plot;
  const x = bbox.left + bbox.width + 10 * ratio;
  const size = Math.round(12 * ratio);
  ctx.font = fontOf(plot).replace("12px", `${size}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = themed(plot, "--text");
  const places = spread(ends, LINE_HEIGHT * ratio, bbox.top + bbox.height);
  for (const { end, y } of places) {
    ctx.globalAlpha = plot.series[EMOTIONS.indexOf(end.emotion) + 1]?.alpha ?? 1;
    ctx.fillText(emotionNames[end.emotion], x, y);
  }
}

/** Heights for the names, pushed apart so that none lies on another, none below `floor`. */
export function spread(ends: readonly End[], step: number, floor: number): { end: End; y: number }[] {
  const places = [...ends].sort((one, other) => one.y - other.y).map((end) => ({ end, y: end.y }));
  for (let index = 1; index < places.length; index++) {
    places[index]!.y = Math.max(places[index]!.y, places[index - 1]!.y + step);
  }
  let limit = floor;
  for (const place of places.reverse()) {
    place.y = Math.min(place.y, limit);
    limit = place.y - step;
  }
  return places;
}
