/** Boxes, ids and top emotions of faces, drawn on a canvas over the frame they were measured on. */
import { EMOTIONS, LOOKS, OUTLINES, type Emotion } from "./emotions";
import { drawChips } from "./faceChips";
import type { Face } from "./messages";
import type { Palette } from "./palette";
import { emotionNames, strings } from "../strings";

export type Label = "full" | "short" | "none";

/** From pixels of the measured frame to pixels of the canvas, mirrored where `scaleX` is below zero; `ratio` is canvas
    pixels in a CSS pixel. */
export interface Placing {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly ratio: number;
}

export interface Drawing extends Placing {
  readonly palette: Palette;
  readonly label: Label;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const outlines = new Map<string, Path2D>();

export function drawFaces(context: CanvasRenderingContext2D, faces: readonly Face[], drawing: Drawing): void {
  for (const face of faces) drawBox(context, boxOf(face, drawing), topOf(face), drawing);
  if (drawing.label === "none") return;
  drawChips(context, faces.map((face) => ({ face, box: boxOf(face, drawing) })), drawing);
}

/** The emotion with the highest score; `null` for a face that could not be read. */
export function topOf({ scores, quality }: Pick<Face, "scores" | "quality">): Emotion | null {
  if (quality === 0) return null;
  return EMOTIONS.reduce((top, emotion) => (scores[emotion] > scores[top] ? emotion : top), EMOTIONS[0]);
}

/** What a face shows, in words. */
export function sayFace(face: Face): string {
  const top = topOf(face);
  return top === null ? `#${face.id} ${strings.picture.unread}` : `#${face.id} ${emotionNames[top]} ${face.scores[top].toFixed(2)}`;
}

export function outlineOf(emotion: Emotion): Path2D {
  const shape = LOOKS[emotion].shape;
  let outline = outlines.get(shape);
  if (outline === undefined) outlines.set(shape, (outline = new Path2D(OUTLINES[shape])));
  return outline;
}

/** An emotion's marker with its middle at a point, `size` canvas pixels wide. */
export function drawMarker(context: CanvasRenderingContext2D, emotion: Emotion, x: number, y: number, size: number): void {
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 16, size / 16);
  context.fill(outlineOf(emotion));
  context.restore();
}

function boxOf({ faceRectangle: { left, top, width, height } }: Face, { scaleX, scaleY, offsetX, offsetY }: Placing): Box {
  const edge = scaleX < 0 ? left + width : left; // the one that is on the left of the canvas
  return { x: offsetX + edge * scaleX, y: offsetY + top * scaleY, width: width * Math.abs(scaleX), height: height * scaleY };
}

/** The colour between two lines of the panel's, so that it stands out on any picture. */
function drawBox(context: CanvasRenderingContext2D, { x, y, width, height }: Box, top: Emotion | null, { palette, ratio }: Drawing): void {
  const line = 2 * ratio;
  context.lineJoin = "round";
  context.setLineDash(top === null ? [4 * ratio, 4 * ratio] : []);
  context.lineWidth = line * 2;
  context.strokeStyle = palette.panel;
  context.strokeRect(x, y, width, height);
  context.lineWidth = line;
  context.strokeStyle = top === null ? palette.muted : palette.emotions[top];
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}
