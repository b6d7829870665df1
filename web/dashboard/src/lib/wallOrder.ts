/** Which streams of the wall are shown, and in which order. */
import type { Emotion } from "./emotions";
import type { Stream } from "./messages";
import { conditionOf, type Condition, type WallChoice } from "./wallQuery";

/** What a tile says now, as far as the order of tiles depends on it. */
export interface Shown {
  readonly stream: Stream;
  readonly faces: number;
  readonly dominant: Emotion | null;
  /** The dominant emotion's mean score; 0 without one. */
  readonly score: number;
}

const RANKS: Readonly<Record<Condition, number>> = { lost: 0, connecting: 1, running: 2, ended: 3 };
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The ids to show, in order; equal ones by name, `camera-2` before `camera-10`. */
export function arranged(tiles: readonly Shown[], choice: WallChoice): string[] {
  return tiles
    .filter((tile) => isWanted(tile, choice))
    .sort((one, other) => compare(one, other, choice))
    .map((tile) => tile.stream.id);
}

/** The order that was, without what is gone and with what is new at its end: for while somebody points at a tile. */
export function kept(before: readonly string[], wanted: readonly string[]): string[] {
  const present = new Set(wanted);
  const known = new Set(before);
  return [...before.filter((id) => present.has(id)), ...wanted.filter((id) => !known.has(id))];
}

export function countConditions(streams: readonly Stream[]): Record<Condition, number> {
  const counts: Record<Condition, number> = { running: 0, lost: 0, connecting: 0, ended: 0 };
  for (const stream of streams) counts[conditionOf(stream.state)] += 1;
  return counts;
}

function isWanted({ stream, dominant }: Shown, { find, show, emotion }: WallChoice): boolean {
  if (show !== null && conditionOf(stream.state) !== show) return false;
  if (emotion !== null && dominant !== emotion) return false;
  const text = `${stream.id} ${stream.url}`.toLowerCase();
  return find.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function compare(one: Shown, other: Shown, { sort, lostFirst }: WallChoice): number {
  const lost = (tile: Shown) => (conditionOf(tile.stream.state) === "lost" ? 0 : 1);
  return (
    (lostFirst ? lost(one) - lost(other) : 0) ||
    by(sort, one, other) ||
    names.compare(one.stream.id, other.stream.id) ||
    (one.stream.id < other.stream.id ? -1 : 1)
  );
}

function by(sort: WallChoice["sort"], one: Shown, other: Shown): number {
  switch (sort) {
    case "state":
      return RANKS[conditionOf(one.stream.state)] - RANKS[conditionOf(other.stream.state)];
    case "faces":
      return other.faces - one.faces;
    case "score":
      return other.score - one.score;
    case "name":
      return 0;
  }
}
