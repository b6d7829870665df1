/** How many columns the wall has: as large as tiles can be while all are seen at once, never too small to read. */

export interface Room {
  /** CSS pixels; `height` from the first tile's top to the window's bottom. */
  readonly width: number;
  readonly height: number;
}

export const GAP = 10;
const CAPTION = 104; // a tile's height beyond its picture
const PICTURE = 9 / 16;
const SMALLEST = 224;
const SMALLEST_ON_A_PHONE = 168;
const PHONE = 600;
const LARGEST = 680;

export function columnsFor(count: number, { width, height }: Room): number {
  const smallest = width < PHONE ? SMALLEST_ON_A_PHONE : SMALLEST;
  const most = Math.max(1, Math.floor((width + GAP) / (smallest + GAP)));
  const fewest = Math.min(most, Math.max(1, Math.ceil((width + GAP) / (LARGEST + GAP))));
  for (let columns = fewest; columns < most; columns++) {
    if (heightOf(count, columns, width) <= height) return columns;
  }
  return most;
}

function heightOf(count: number, columns: number, width: number): number {
  const tile = (width - GAP * (columns - 1)) / columns;
  const rows = Math.ceil(count / columns);
  return rows * (tile * PICTURE + CAPTION) + (rows - 1) * GAP;
}
