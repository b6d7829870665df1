/** Joins a picture with the reading of the very frame it shows. */
import type { Reading } from "./messages";
import type { Preview } from "./preview";

export interface Shot {
  readonly preview: Preview;
  /** `null` where it was lost on the way: newer ones came in its place. */
  readonly reading: Reading | null;
}

const KEPT = 8; // readings; a picture takes longer to make than a reading, and others come meanwhile

export class PicturePairs {
  private readings: Reading[] = [];
  private waiting: Preview | null = null;

  /** The picture that waited for this reading, if one did. */
  addReading(reading: Reading): Shot | null {
    this.readings = [...this.readings.slice(1 - KEPT), reading];
    return this.waiting === null ? null : this.join(this.waiting);
  }

  /** The picture with its reading, if that is there; a picture that still waits gives way. */
  addPreview(preview: Preview): Shot | null {
    return this.join(preview);
  }

  clear(): void {
    this.readings = [];
    this.waiting = null;
  }

  private join(preview: Preview): Shot | null {
    const reading = this.readings.find(({ sequence }) => sequence === preview.sequence) ?? null;
    const passed = (this.readings.at(-1)?.sequence ?? -1) > preview.sequence;
    this.waiting = reading === null && !passed ? preview : null;
    return this.waiting === null ? { preview, reading } : null;
  }
}
