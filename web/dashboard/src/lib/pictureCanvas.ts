/** A canvas that shows the newest picture with the faces found in it; never more than one is being decoded. */
import { drawFaces, type Label, type Placing } from "./drawFaces";
import type { Reading } from "./messages";
import type { Shot } from "./pairs";
import { readPalette, type Palette } from "./palette";

export type Fit = "contain" | "cover";

export interface PictureOptions {
  readonly canvas: HTMLCanvasElement;
  readonly label: Label;
  readonly fit: Fit;
  /** Left for right, as a mirror would; words are not. */
  readonly mirrored: boolean;
  /** Called when a picture has been drawn. */
  readonly onDrawn: (shot: Shot) => void;
}

const PLAIN_WIDTH = 900; // CSS pixels; boxes and words grow with a picture that is wider, for it is looked at from afar
const LARGEST = 4;
const SHARPEST = 2; // canvas pixels in a CSS pixel; more is not seen and costs
const BARE_AFTER = 1_000; // milliseconds without boxes after which a picture that lost its reading is drawn all the same

interface Shown {
  readonly shot: Shot;
  readonly bitmap: ImageBitmap;
}

export class PictureCanvas {
  private palette: Palette;
  private shown: Shown | null = null;
  private sketched: Reading | null = null;
  private next: Shot | null = null;
  private decoding = false;
  private closed = false;
  private boxedAt = 0;

  constructor(private readonly options: PictureOptions) {
    this.palette = readPalette(options.canvas);
  }

  /** Decodes and draws a picture; one that still waits to be decoded gives way. */
  show(shot: Shot): void {
    if (shot.reading === null && performance.now() - this.boxedAt < BARE_AFTER) return; // another comes soon
    this.next = shot;
    if (!this.decoding) void this.decode();
  }

  /** Draws where the faces are, on an empty ground: for a stream whose pictures are not sent. */
  sketch(reading: Reading): void {
    this.release();
    this.sketched = reading;
    this.draw();
  }

  /** Fits the canvas to the room it has. */
  fit(): void {
    const { canvas } = this.options;
    const ratio = this.ratio;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (width === 0 || height === 0 || (canvas.width === width && canvas.height === height)) return;
    canvas.width = width;
    canvas.height = height;
    this.draw();
  }

  /** Draws again in the colours that hold now. */
  repaint(): void {
    this.palette = readPalette(this.options.canvas);
    this.draw();
  }

  close(): void {
    this.closed = true;
    this.next = null;
    this.release();
  }

  private get ratio(): number {
    return Math.min(SHARPEST, devicePixelRatio || 1);
  }

  /** The ratio for lines and words. */
  private get drawnRatio(): number {
    const wide = this.options.canvas.width / this.ratio / PLAIN_WIDTH;
    return this.ratio * Math.min(LARGEST, Math.max(1, wide));
  }

  private async decode(): Promise<void> {
    this.decoding = true;
    while (this.next !== null) {
      const shot = this.next;
      this.next = null;
      const bitmap = await decoded(shot);
      if (this.closed) bitmap?.close();
      else if (bitmap !== null) this.take({ shot, bitmap });
    }
    this.decoding = false;
  }

  private take(shown: Shown): void {
    this.release();
    this.shown = shown;
    if (shown.shot.reading !== null) this.boxedAt = performance.now();
    this.draw();
    this.options.onDrawn(shown.shot);
  }

  private release(): void {
    this.shown?.bitmap.close();
    this.shown = null;
    this.sketched = null;
  }

  private draw(): void {
    const { canvas, label, mirrored } = this.options;
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) return;
    context.fillStyle = this.palette.sunk;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const reading = this.shown?.shot.reading ?? this.sketched;
    const measured = this.shown?.shot.preview ?? reading;
    if (measured == null) return;
    const placing = place(measured, canvas, this.options.fit, this.drawnRatio, mirrored);
    if (this.shown !== null) {
      const { offsetX, offsetY, scaleX, scaleY } = placing;
      context.save();
      context.imageSmoothingQuality = "medium";
      context.translate(offsetX, offsetY);
      context.scale(scaleX, scaleY);
      context.drawImage(this.shown.bitmap, 0, 0, measured.width, measured.height);
      context.restore();
    }
    if (reading !== null) drawFaces(context, reading.faces, { ...placing, palette: this.palette, label });
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a frame lies on a canvas that it fills, or that it fits into; `mirrored` is left for right. */
export function place(frame: Size, canvas: Size, fit: Fit, ratio: number, mirrored = false): Placing {
  const across = canvas.width / frame.width;
  const down = canvas.height / frame.height;
  const scale = fit === "cover" ? Math.max(across, down) : Math.min(across, down);
  return {
    scaleX: mirrored ? -scale : scale,
    scaleY: scale,
    offsetX: (canvas.width + (mirrored ? 1 : -1) * frame.width * scale) / 2,
    offsetY: (canvas.height - frame.height * scale) / 2,
    ratio,
  };
}

/** `null` for a picture that the browser cannot read; the next one may be whole. */
async function decoded({ preview }: Shot): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(new Blob([preview.jpeg], { type: "image/jpeg" }));
  } catch {
    return null;
  }
}
