/** A clock that ticks once a second for everything that shows an age, set by the server's own. */

import { untrack } from "svelte";

const TOLERANCE = 2_000; // milliseconds; a Date header counts whole seconds and travels a while

export class Clock {
  /** The browser's time in milliseconds since the epoch. */
  now = $state(Date.now());
  private offset = $state(0);

  /** What the server's clock shows now. */
  readonly serverNow = $derived(this.now + this.offset);

  /** The server's time to the millisecond; no reactive value. */
  precise(): number {
    return Date.now() + untrack(() => this.offset);
  }

  /** Ticks until the returned function is called. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), 1000);
    return () => clearInterval(timer);
  }

  /** Takes the time now: a tab that was hidden had its ticks held back. */
  tick(): void {
    this.now = Date.now();
  }

  /** Notes the server's time; small differences are the header's own coarseness. */
  set(serverTime: number): void {
    const offset = serverTime + 500 - Date.now();
    this.offset = Math.abs(offset) > TOLERANCE ? offset : 0;
  }
}
