/** How summaries that were made unseen come in: what followed the last known one is sent again, or all is fetched anew. */
import { expected } from "./api";
import type { StreamStore } from "./streamStore.svelte";
import { ALL } from "./wants";

const TOO_OLD = 600_000; // milliseconds; what was missed for longer is fetched anew, not sent again

/** By stream, the sequence after which these windows have to be sent; windows that are too old are renewed instead. */
export function missedOf(
  stores: Iterable<StreamStore>,
  streams: readonly string[] | typeof ALL,
  windows: readonly string[],
  now: number,
): Record<string, number> {
  const sequences: Record<string, number> = {};
  for (const store of stores) {
    if (streams !== ALL && !streams.includes(store.id)) continue;
    for (const window of windows) {
      const { through, timeline } = store.of(window);
      if (through === null) continue; // it will be filled
      if (timeline.latest !== null && now - timeline.latest.end > TOO_OLD) store.renew(window).catch(expected);
      else sequences[store.id] = Math.min(through, sequences[store.id] ?? Infinity);
    }
  }
  return sequences;
}
