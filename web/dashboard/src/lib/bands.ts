/** Scores of successive windows as bands stacked on each other, in runs that gaps part. */
import { EMOTIONS, type Emotion } from "./emotions";
import type { Row } from "./timeline";

/** From the bottom up: neutral carries the others, so that what is shown stands on what is not. */
export const STACK: readonly Emotion[] = ["neutral", "happiness", "surprise", "contempt", "sadness", "fear", "disgust", "anger"];
const PLACES = STACK.map((emotion) => EMOTIONS.indexOf(emotion));

export type Kind = "mean" | "share";

/** A stretch without a gap. `tops[band][index]` is where the band of `STACK` ends at `times[index]`, in 0..1. */
export interface Run {
  readonly times: number[];
  readonly tops: readonly number[][];
}

/** Rows a hole of more than this many intervals long are parted. */
export const HOLE = 1.5;

/** The runs of the rows, which are in order of time; of rows that share a `bucket` of time, the mean is taken. */
export function runsOf(rows: readonly Row[], kind: Kind, interval: number, bucket: number): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  let previous: number | null = null;
  for (const group of grouped(rows, kind, bucket)) {
    if (group.scores === null) {
      run = null;
    } else {
      if (run === null || previous === null || group.first - previous > HOLE * interval) runs.push((run = begin(group, interval)));
      append(run, group.last, group.scores);
    }
    previous = group.last;
  }
  return runs;
}

interface Group {
  readonly first: number;
  readonly last: number;
  readonly scores: readonly number[] | null;
}

function* grouped(rows: readonly Row[], kind: Kind, bucket: number): Generator<Group> {
  let members: Row[] = [];
  for (const row of rows) {
    const before = members[0];
    const joins = before !== undefined && Math.floor(row.end / bucket) === Math.floor(before.end / bucket);
    if (before !== undefined && !(joins && (scoresOf(row, kind) === null) === (scoresOf(before, kind) === null))) {
      yield group(members, kind);
      members = [];
    }
    members.push(row);
  }
  if (members.length > 0) yield group(members, kind);
}

function group(members: readonly Row[], kind: Kind): Group {
  const all = members.map((row) => scoresOf(row, kind)).filter((scores) => scores !== null);
  return {
    first: members[0]!.end,
    last: members.at(-1)!.end,
    scores: all.length === 0 ? null : all.length === 1 ? all[0]! : EMOTIONS.map((_, place) => mean(all.map((scores) => scores[place]!))),
  };
}

function scoresOf(row: Row, kind: Kind): readonly number[] | null {
  return kind === "mean" ? row.means : row.shares;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A run starts where the first window's own interval does, so that a single window has a width too. */
function begin(group: Group, interval: number): Run {
  const run = { times: [], tops: STACK.map(() => []) };
  append(run, group.first - interval, group.scores!);
  return run;
}

function append(run: Run, time: number, scores: readonly number[]): void {
  const sum = scores.reduce((total, value) => total + value, 0) || 1;
  let top = 0;
  run.times.push(time);
  PLACES.forEach((place, band) => run.tops[band]!.push((top += scores[place]! / sum)));
}
