/** How an embed's parts lie in the box it was given, from a corner of 300 by 200 to a wall of 4K. */
import type { Part } from "./embedQuery";

export interface EmbedLayout {
  /** `beside`: scores right of the picture; `below`: under it; `strip`: what fits in a line or two under it. */
  readonly arrangement: "beside" | "below" | "strip";
  readonly scores: "rows" | "strip";
  readonly timeline: boolean;
  /** CSS pixels. */
  readonly fontSize: number;
}

const SMALLEST = 11;
const LARGEST = 72;
const FONT_SHARE = 0.0245; // of the box's mean side: 13.6 px in 640 by 480, 35 px on a full HD wall
const ROWS = 8 * 1.5; // lines of scores, in units of the font's size
const HEADLINE = 4.2; // the dominant expression with its small print
const TIMELINE_SHARE = 0.24;
const TIMELINE_LEAST = 64; // CSS pixels below which a band is not read

/** `ratio` is the picture's width in heights. */
export function embedLayout(width: number, height: number, ratio: number, show: readonly Part[]): EmbedLayout {
  const fontSize = Math.min(LARGEST, Math.max(SMALLEST, Math.sqrt(width * height) * FONT_SHARE));
  const has = (part: Part) => show.includes(part);
  const timeline = has("timeline") && (show.length === 1 || height * TIMELINE_SHARE >= TIMELINE_LEAST);
  const room = timeline ? height * (1 - TIMELINE_SHARE) : height;
  const needed = fontSize * ((has("scores") ? ROWS : 0) + (has("dominant") ? HEADLINE : 0) + 2);
  if (!has("picture")) return { arrangement: "below", scores: room >= needed ? "rows" : "strip", timeline, fontSize };
  if (width >= 480 && width / height >= 1.2 && room >= needed) return { arrangement: "beside", scores: "rows", timeline, fontSize };
  if (room - Math.min(width / ratio, room * 0.55) >= needed) return { arrangement: "below", scores: "rows", timeline, fontSize };
  return { arrangement: "strip", scores: "strip", timeline, fontSize };
}
