/** All streams of the service: their states and figures. */
import type { Status, Stream } from "./messages";

export class Roster {
  /** `null` until the service has told them once. */
  streams = $state.raw<readonly Stream[] | null>(null);
  /** When the figures were last fetched, in milliseconds of the browser's clock. */
  fetchedAt = $state<number | null>(null);

  find(id: string | null): Stream | null {
    return this.streams?.find((stream) => stream.id === id) ?? null;
  }

  /** Takes the service's list in place of what was known. */
  replace(streams: readonly Stream[]): void {
    this.streams = streams;
    this.fetchedAt = Date.now();
  }

  forget(): void {
    this.streams = null;
    this.fetchedAt = null;
  }

  /** A state that came over the live connection, ahead of the next list. */
  note(status: Status, serverNow: number): void {
    this.streams = this.streams?.map((stream) => (stream.id === status.stream ? told(stream, status, serverNow) : stream)) ?? null;
  }
}

function told(stream: Stream, status: Status, serverNow: number): Stream {
  const changed = stream.state !== status.state || stream.error?.code !== status.error?.code;
  const since = status.since ?? (changed ? new Date(serverNow).toISOString() : stream.since);
  return { ...stream, state: status.state, error: status.error, since };
}
