/** Strips of faces over time: what each showed when, by colour, marker and name. */
import { emotionNames } from "../strings";
import { LEFT } from "./bandPlot";
import { drawMarker } from "./drawFaces";
import type { Stretch, Track } from "./faceTracks";
import { duration } from "./figures";
import type { Palette } from "./palette";
import type { Range } from "./timeView.svelte";

export const ROW = 24; // CSS pixels from one strip to the next
const BAR = 16;
const MARKER = 9;
const FONT = 12;

export interface StripScene {
  readonly tracks: readonly Track[];
  readonly range: Range;
  readonly hover: number | null;
  /** CSS pixels: of the whole canvas, and of the room right of the strips. */
  readonly width: number;
  readonly right: number;
}

export function drawStrips(context: CanvasRenderingContext2D, scene: StripScene, palette: Palette): void {
  const { tracks, range, hover, width, right } = scene;
  const inner = width - LEFT - right;
  const place = (time: number) => LEFT + ((time - range.from) / (range.until - range.from)) * inner;
  context.clearRect(0, 0, width, tracks.length * ROW);
  context.textBaseline = "middle";
  tracks.forEach((track, row) => {
    const middle = row * ROW + ROW / 2;
    drawHead(context, track, middle, scene, palette);
    context.save();
    context.beginPath();
    context.rect(LEFT, middle - ROW / 2, inner, ROW);
    context.clip();
    context.fillStyle = palette.sunk;
    context.fillRect(LEFT, middle - BAR / 2, inner, BAR);
    for (const stretch of track.stretches) {
      if (stretch.until >= range.from && stretch.from <= range.until) drawStretch(context, stretch, place, middle, palette);
    }
    context.restore();
  });
  if (hover === null) return;
  context.fillStyle = palette.text;
  context.fillRect(Math.round(place(hover)), 0, 1, tracks.length * ROW);
}

/** The face's number on the left, how long it has been seen on the right. */
function drawHead(context: CanvasRenderingContext2D, { id, first, last }: Track, middle: number, { width, right }: StripScene, palette: Palette): void {
  context.font = `600 ${FONT}px ${palette.font}`;
  context.fillStyle = palette.text;
  context.textAlign = "right";
  context.fillText(`${id}`, LEFT - 8, middle);
  if (right < 60) return;
  context.font = `${FONT}px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.textAlign = "left";
  context.fillText(duration(last - first), width - right + 9, middle);
}

function drawStretch(context: CanvasRenderingContext2D, { from, until, emotion }: Stretch, place: (time: number) => number, middle: number, palette: Palette): void {
  const left = Math.max(LEFT, place(from));
  const width = Math.max(1.5, place(until) - left);
  context.fillStyle = emotion === null ? palette.edge : palette.emotions[emotion];
  context.fillRect(left, middle - BAR / 2, width, BAR);
  context.fillStyle = palette.panel;
  context.fillRect(left + width - 0.5, middle - BAR / 2, 1, BAR);
  if (emotion === null || width < MARKER + 4) return;
  context.font = `600 ${FONT - 1}px ${palette.font}`;
  const name = emotionNames[emotion];
  const long = context.measureText(name).width;
  if (width < long + 34) {
    drawMarker(context, emotion, left + MARKER / 2 + 3, middle, MARKER);
    return;
  }
  context.beginPath();
  context.roundRect(left + 3, middle - BAR / 2 + 1.5, long + 23, BAR - 3, 3);
  context.fill();
  context.fillStyle = palette.emotions[emotion];
  drawMarker(context, emotion, left + 11, middle, MARKER);
  context.fillStyle = palette.text;
  context.textAlign = "left";
  context.fillText(name, left + 19, middle + 0.5);
}
