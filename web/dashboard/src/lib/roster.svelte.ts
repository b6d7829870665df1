/** All streams of the service: their states and figures, and the newest summary of each. */
import { SvelteMap } from "svelte/reactivity";

import type { Status, Stream, Summary } from "./messages";

export class Roster {
  /** `null` until the service has told them once. */
  streams = $state.raw<readonly Stream[] | null>(null);
  /** When the figures were last fetched, in milliseconds of the browser's clock. */
  fetchedAt = $state<number | null>(null);
  /** The newest summary of each stream, of the window named first. */
  readonly latest = new SvelteMap<string, Summary>();

  find(id: string | null): Stream | null {
    return this.streams?.find((stream) => stream.id === id) ?? null;
  }

  /** Takes the service's list in place of what was known. */
  replace(streams: readonly Stream[]): void {
    this.streams = streams;
    this.fetchedAt = Date.now();
    const present = new Set(streams.map((stream) => stream.id));
    for (const id of this.latest.keys()) if (!present.has(id)) this.latest.delete(id);
  }

  /** A state that came over the live connection, ahead of the next list. */
  note(status: Status, serverNow: number): void {
    this.streams = this.streams?.map((stream) => (stream.id === status.stream ? told(stream, status, serverNow) : stream)) ?? null;
  }

  noteSummary(summary: Summary): void {
    if (this.find(summary.stream) !== null) this.latest.set(summary.stream, summary);
  }
}

function told(stream: Stream, status: Status, serverNow: number): Stream {
  const changed = stream.state !== status.state || stream.error?.code !== status.error?.code;
  const since = status.since ?? (changed ? new Date(serverNow).toISOString() : stream.since);
  return { ...stream, state: status.state, error: status.error, since };
}
