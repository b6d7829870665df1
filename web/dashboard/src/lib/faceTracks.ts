/** The faces seen lately, each with what it showed when; never more than a fixed number of either. */
import { topOf } from "./drawFaces";
import { EMOTIONS, type Emotion } from "./emotions";
import type { Face, Reading } from "./messages";

/** A stretch in which a face showed the same; `null` where it could not be read. Milliseconds since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly emotion: Emotion | null;
}

export interface Track {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly stretches: readonly Stretch[];
}

const TRACKS = 60;
const STRETCHES = 400; // of each track
const BIN = 500; // milliseconds whose readings are summed to one emotion: a flicker of one frame is none
const APART = 2_000; // milliseconds out of sight that part two stretches

interface Growing {
  readonly id: number;
  first: number;
  last: number;
  stretches: Stretch[];
  bin: number;
  sums: number[];
  read: boolean;
}

export class FaceTracks {
  private tracks = new Map<number, Growing>();

  add(reading: Reading): void {
    const time = Date.parse(reading.capturedAt);
    if (Number.isNaN(time)) return;
    for (const face of reading.faces) this.see(face, time);
  }

  /** Those seen within a stretch of time, the newest first. */
  seen(from: number, until: number, most: number): Track[] {
    const seen = [...this.tracks.values()].filter(({ first, last }) => last >= from && first <= until);
    return seen.sort((one, other) => other.last - one.last || one.id - other.id).slice(0, most).map(finished);
  }

  clear(): void {
    this.tracks.clear();
  }

  private see(face: Face, time: number): void {
    const bin = Math.floor(time / BIN);
    let track = this.tracks.get(face.id);
    if (track === undefined || time < track.last - APART) {
      track = { id: face.id, first: time, last: time, stretches: [], bin, sums: EMOTIONS.map(() => 0), read: false };
    }
    this.tracks.delete(face.id);
    this.tracks.set(face.id, track); // the last in order is the one seen last
    if (bin !== track.bin) close(track, bin);
    if (topOf(face) !== null) {
      EMOTIONS.forEach((emotion, index) => (track.sums[index]! += face.scores[emotion]));
      track.read = true;
    }
    track.last = time;
    if (this.tracks.size > TRACKS) this.tracks.delete(this.tracks.keys().next().value!);
  }
}

/** Ends the bin that was being summed and begins another. */
function close(track: Growing, bin: number): void {
  track.stretches = grown(track).slice(-STRETCHES);
  track.bin = bin;
  track.sums = EMOTIONS.map(() => 0);
  track.read = false;
}

function grown({ stretches, bin, sums, read, last }: Growing): Stretch[] {
  const from = bin * BIN;
  const emotion = read ? EMOTIONS[sums.indexOf(Math.max(...sums))]! : null;
  const before = stretches.at(-1);
  if (before === undefined || from - before.until > APART) return [...stretches, { from, until: last, emotion }];
  if (before.emotion === emotion) return [...stretches.slice(0, -1), { ...before, until: last }];
  return [...stretches.slice(0, -1), { ...before, until: from }, { from, until: last, emotion }];
}

function finished(track: Growing): Track {
  return { id: track.id, first: track.first, last: track.last, stretches: grown(track) };
}
