/** The name a camera's stream gets: a free one to begin with, and what a name may look like. */
import type { Stream } from "./messages";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PUSHED = "whip:";

export function isName(name: string): boolean {
  return NAME.test(name);
}

/** Whether a stream of this name gets its pictures elsewhere, so that no camera can be published to it. */
export function isPulled(stream: Pick<Stream, "url"> | null): boolean {
  return stream !== null && !stream.url.startsWith(PUSHED);
}

/**
 * `base`, or with a number behind: the first that no stream has, or that waits for a camera since its last has ended.
 * `left` is the stream that this page has just ended: the word of it comes a little later.
 */
export function freeName(base: string, streams: readonly Pick<Stream, "id" | "url" | "state">[], left: string | null = null): string {
  const waits = (stream: Pick<Stream, "id" | "state">) => stream.state === "ended" || stream.id === left;
  const busy = new Set(streams.filter((stream) => isPulled(stream) || !waits(stream)).map((stream) => stream.id));
  let name = base;
  for (let number = 2; busy.has(name); number++) name = `${base}-${number}`;
  return name;
}
