/** Why there are no scores at a time: no face, none readable, no frames, a stream that was down, no line to the service. */
import { HOLE } from "./bands";
import type { Outage } from "./outages";
import type { StateChange } from "./streamStore.svelte";
import type { Range } from "./timeView.svelte";
import type { Row } from "./timeline";

export type GapKind = "noFace" | "unread" | "noFrames" | "down" | "offline" | "noData" | "before";

export interface Gap extends Range {
  readonly kind: GapKind;
  /** The change that took the stream down. */
  readonly change?: StateChange;
}

export interface Past {
  readonly changes: readonly StateChange[];
  readonly outages: readonly Outage[];
  /** Where the service's memory of the stream begins, if that is known. */
  readonly begin: number | null;
}

/** The gaps of rows in order of time, over a range of it that ends at `now` or before. */
export function gapsOf(rows: readonly Row[], interval: number, range: Range, now: number, past: Past): Gap[] {
  const gaps: Gap[] = [];
  const add = (gap: Gap) => {
    const last = gaps.at(-1);
    if (last?.kind === gap.kind && last.change === gap.change && gap.from - last.until < interval) gaps[gaps.length - 1] = { ...last, until: gap.until };
    else gaps.push(gap);
  };
  let reached = Math.min(range.from, rows[0] === undefined ? Infinity : rows[0].end - interval);
  for (const row of rows) {
    if (row.end - reached > HOLE * interval) for (const hole of explained({ from: reached, until: row.end - interval }, past)) add(hole);
    if (row.means === null) add({ from: row.end - interval, until: row.end, ...missing(row, interval, past) });
    reached = row.end;
  }
  const until = Math.min(range.until, now);
  if (until - reached > 2 * HOLE * interval) for (const hole of explained({ from: reached, until }, past)) add(hole);
  return gaps;
}

/** Why a window has no scores. */
function missing(row: Row, interval: number, past: Past): Omit<Gap, keyof Range> {
  if (row.frames > 0) return { kind: row.faces > 0 ? "unread" : "noFace" };
  const why = reason(row.end - interval / 2, past);
  return why.kind === "down" ? why : { kind: "noFrames" };
}

/** A hole in parts that each have a reason of their own. */
function explained(hole: Range, past: Past): Gap[] {
  const edges = [...past.outages.flatMap(({ from, until }) => [from, until ?? Infinity]), ...past.changes.map(({ at }) => at), past.begin ?? -Infinity]
    .filter((edge) => edge > hole.from && edge < hole.until)
    .sort((one, other) => one - other);
  return [hole.from, ...edges].map((from, index) => {
    const until = edges[index] ?? hole.until;
    return { from, until, ...reason((from + until) / 2, past) };
  });
}

function reason(time: number, { changes, outages, begin }: Past): Omit<Gap, keyof Range> {
  if (outages.some(({ from, until }) => time >= from && time < (until ?? Infinity))) return { kind: "offline" };
  const change = changes.findLast(({ at }) => at <= time);
  if (change !== undefined && change.state !== "running") return { kind: "down", change };
  return { kind: begin !== null && time <= begin ? "before" : "noData" };
}
