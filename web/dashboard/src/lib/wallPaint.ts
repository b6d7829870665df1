/** Drawings of many tiles, done together a few times a second: each frame that the browser makes has its own cost. */

export type Job = () => void;

const BUDGET = 12; // milliseconds of one frame; what is left waits for the next beat

/** Does each job once, whatever the number of times it was asked for. */
export class PaintQueue {
  private readonly jobs = new Set<Job>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(job: Job): void {
    this.jobs.add(job);
  }

  drop(job: Job): void {
    this.jobs.delete(job);
  }

  /** Those that have waited longest first. */
  work(): void {
    const until = this.now() + BUDGET;
    for (const job of this.jobs) {
      this.jobs.delete(job);
      job();
      if (this.now() >= until) return;
    }
  }
}
