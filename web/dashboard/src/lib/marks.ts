/** What happened at one moment, as a mark on the time axis: a change of state, an event, summaries that were lost. */
import { stateNames, strings } from "../strings";
import type { Gap, LiveEvent } from "./messages";
import type { StateChange } from "./streamStore.svelte";

export type MarkKind = "state" | "event";

export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: MarkKind;
  readonly words: string;
  /** Whether it is bad news. */
  readonly bad: boolean;
}

export function marksOf(changes: readonly StateChange[], events: readonly LiveEvent[]): Mark[] {
  return [...changes.map(ofChange), ...events.map(ofEvent)].sort((one, other) => one.at - other.at);
}

/** How many summaries of a window are lost for good. */
export function lostOf(missed: readonly Gap[], window: string): number {
  return missed.filter((gap) => gap.window === undefined || gap.window === window).reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function ofChange({ at, state, error }: StateChange): Mark {
  const words = error === null ? stateNames[state] : `${stateNames[state]}: ${error.code}. ${error.message}`;
  return { at, kind: "state", words, bad: state === "reconnecting" || state === "failed" };
}

function ofEvent({ at, name, before, after }: LiveEvent): Mark {
  const change = before === undefined && after === undefined ? "" : `: ${said(before)} → ${said(after)}`;
  return { at: Date.parse(at), kind: "event", words: `${name}${change}`, bad: false };
}

function said(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : value == null ? strings.happenings.none : JSON.stringify(value);
}
