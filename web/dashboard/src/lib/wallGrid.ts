/** How the wall is laid out: tiles as large as they can be while all are seen, never too small to read. */

export interface Room {
  /** CSS pixels; `height` from the first tile's top to the window's bottom. */
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  /** A tile's width in CSS pixels; the columns fill the room where it is all the room there is. */
  readonly tile: number;
}

export const GAP = 10;
/** From this width on a tile's words are larger. */
export const LARGE = 392;

const PICTURE = 9 / 16;
const CAPTION = 104; // a tile's height beyond its picture
const LARGE_CAPTION = 134;
const SMALLEST = 224;
const SMALLEST_ON_A_PHONE = 168;
const PHONE = 600;
const LARGEST = 1000;

export function gridFor(count: number, room: Room): Grid {
  const smallest = room.width < PHONE ? SMALLEST_ON_A_PHONE : SMALLEST;
  const most = Math.max(1, Math.min(count, Math.floor((room.width + GAP) / (smallest + GAP))));
  let best: Grid = { columns: most, tile: Math.min(widthOf(most, room.width), LARGEST) };
  let found = false;
  for (let columns = 1; columns <= most; columns++) {
    const tile = Math.min(widthOf(columns, room.width), fitting(Math.ceil(count / columns), room.height), LARGEST);
    if (tile < smallest || (found && tile <= best.tile)) continue;
    best = { columns, tile };
    found = true;
  }
  return best;
}

function widthOf(columns: number, width: number): number {
  return (width - GAP * (columns - 1)) / columns;
}

/** The widest a tile can be so that so many rows of them are seen. */
function fitting(rows: number, height: number): number {
  const each = (height - GAP * (rows - 1)) / rows;
  const large = (each - LARGE_CAPTION) / PICTURE;
  return large >= LARGE ? large : Math.min(LARGE - 1, (each - CAPTION) / PICTURE);
}
