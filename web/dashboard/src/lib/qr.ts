/** A QR code as the outline of its dark modules, for one `<path>` of an SVG. */
import { encode } from "uqr";

export interface QrOutline {
  /** Modules a side, with the quiet border that readers need. */
  readonly size: number;
  readonly path: string;
}

const QUIET = 4; // modules, as ISO/IEC 18004 wants

/** `text` up to some 2,000 characters. */
export function qrOutline(text: string): QrOutline {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  return { size, path: data.map((row, y) => rowOutline(row, y)).join("") };
}

/** A rectangle for each run of dark modules: a quarter of the length of one a module, and no hairlines between. */
function rowOutline(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    path += `M${start} ${y}h${x - start + 1}v1H${start}z`;
  }
  return path;
}
