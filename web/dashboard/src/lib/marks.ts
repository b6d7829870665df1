/** What happened at one moment, as a mark on the time axis: a change of state, an event, a marker; and summaries that were lost. */
import { stateNames } from "../strings";
import { eventWords, isBad } from "./eventWords";
import type { Gap, LiveEvent, Marker } from "./messages";
import type { StateChange } from "./streamStore.svelte";

export type MarkKind = "state" | "event" | "marker";

export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: MarkKind;
  readonly words: string;
  /** Whether it is bad news. */
  readonly bad: boolean;
}

/** What marks are made of. */
export interface Happened {
  readonly changes: readonly StateChange[];
  readonly events: readonly LiveEvent[];
  readonly markers: readonly Marker[];
}

export function marksOf({ changes, events, markers }: Happened): Mark[] {
  return [...changes.map(ofChange), ...events.map(ofEvent), ...markers.map(ofMarker)].sort((one, other) => one.at - other.at);
}

/** Whether summaries of a window are lost for good. How many, numbers do not tell: those of all windows are counted together. */
export function isLossy(missed: readonly Gap[], window: string): boolean {
  return missed.some((gap) => gap.window === undefined || gap.window === window);
}

export function ofChange({ at, state, error }: StateChange): Mark {
  const words = error === null ? stateNames[state] : `${stateNames[state]}: ${error.code}. ${error.message}`;
  return { at, kind: "state", words, bad: state === "reconnecting" || state === "failed" };
}

function ofEvent(event: LiveEvent): Mark {
  return { at: Date.parse(event.at), kind: "event", words: eventWords(event), bad: isBad(event) };
}

function ofMarker({ at, label }: Marker): Mark {
  return { at: Date.parse(at), kind: "marker", words: label, bad: false };
}
