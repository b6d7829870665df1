/** When this page had no line to the service, for telling such a gap from others. */

export interface Outage {
  /** Milliseconds since the epoch by the service's clock. */
  readonly from: number;
  /** `null` while it lasts. */
  readonly until: number | null;
}

const KEPT = 100;

export function begun(outages: readonly Outage[], at: number): readonly Outage[] {
  return outages.at(-1)?.until === null ? outages : [...outages, { from: at, until: null }].slice(-KEPT);
}

export function ended(outages: readonly Outage[], at: number): readonly Outage[] {
  const last = outages.at(-1);
  return last?.until === null ? [...outages.slice(0, -1), { from: last.from, until: at }] : outages;
}
