/** The chips at the boxes of faces: number, marker, and as much of name and score as there is room for. */
import { emotionNames, strings } from "../strings";
import { drawMarker, topOf, type Box, type Drawing } from "./drawFaces";
import type { Emotion } from "./emotions";
import type { Face } from "./messages";

interface Boxed {
  readonly face: Face;
  readonly box: Box;
}

interface Chip extends Box {
  readonly words: string;
  readonly top: Emotion | null;
}

const SIZES = { full: 13, short: 11, none: 0 }; // CSS pixels
const PAD = 5;
const FEWEST = 2; // how much can be left out of the words: the score, then the name

/** Draws a chip for each face; one that would lie on another says less. */
export function drawChips(context: CanvasRenderingContext2D, boxed: readonly Boxed[], drawing: Drawing): void {
  context.font = `600 ${SIZES[drawing.label] * drawing.ratio}px ${drawing.palette.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  let chips = boxed.map((one) => chipOf(context, one, drawing, drawing.label === "full" ? 0 : FEWEST));
  for (let left = 1; left <= FEWEST; left++) {
    const crowded = chips.map((chip) => chips.some((other) => other !== chip && overlap(chip, other)));
    chips = chips.map((chip, index) => (crowded[index] ? chipOf(context, boxed[index]!, drawing, left) : chip));
  }
  for (const chip of chips) draw(context, chip, drawing);
}

/** A chip above its box, or inside its top where there is no room above. */
function chipOf(context: CanvasRenderingContext2D, { face, box }: Boxed, { ratio, label }: Drawing, without: number): Chip {
  const size = SIZES[label] * ratio;
  const top = topOf(face);
  const words = wordsOf(face, top, without);
  const height = size + 1.6 * PAD * ratio;
  const marker = top === null ? 0 : markerOf(size) + 0.8 * PAD * ratio;
  const width = context.measureText(words).width + 2 * PAD * ratio + marker;
  const above = box.y - height - 2 * ratio;
  return {
    x: Math.max(0, Math.min(box.x - 2 * ratio, context.canvas.width - width)),
    y: above >= 0 ? above : Math.max(0, box.y + 2 * ratio),
    width,
    height,
    words,
    top,
  };
}

function wordsOf(face: Face, top: Emotion | null, without: number): string {
  if (without >= FEWEST) return `${face.id}`;
  if (top === null) return `${face.id}  ${strings.picture.unread}`;
  return without === 1 ? `${face.id}  ${emotionNames[top]}` : `${face.id}  ${emotionNames[top]} ${face.scores[top].toFixed(2)}`;
}

function overlap(one: Box, other: Box): boolean {
  const across = one.x < other.x + other.width && other.x < one.x + one.width;
  return across && one.y < other.y + other.height && other.y < one.y + one.height;
}

function markerOf(size: number): number {
  return size * 0.95;
}

function draw(context: CanvasRenderingContext2D, { x, y, width, height, words, top }: Chip, { palette, ratio, label }: Drawing): void {
  const marker = markerOf(SIZES[label] * ratio);
  context.fillStyle = palette.panel;
  context.beginPath();
  context.roundRect(x, y, width, height, 4 * ratio);
  context.fill();
  if (top !== null) {
    context.fillStyle = palette.emotions[top];
    drawMarker(context, top, x + PAD * ratio + marker / 2, y + height / 2, marker);
  }
  context.fillStyle = palette.text;
  const start = x + PAD * ratio + (top === null ? 0 : marker + 0.8 * PAD * ratio);
  context.fillText(words, start, y + height / 2 + ratio);
}
