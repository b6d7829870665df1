/** How long to wait before the next try: exponential, capped, full jitter. */

const FIRST = 1_000;
const CAP = 20_000;
const FLOOR = 250; // a jitter of zero would hammer a server that is just starting

/** Milliseconds before try number `attempt` (0 is the first after a loss). */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP, FIRST * 2 ** Math.min(attempt, 16));
  return FLOOR + random() * (ceiling - FLOOR);
}
