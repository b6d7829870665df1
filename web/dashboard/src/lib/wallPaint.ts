/** Work of many tiles spread over animation frames, so that no frame is held up by all of them at once. */

export type Job = () => void;

const BUDGET = 4; // milliseconds of one frame

/** Runs each job once, whatever the number of times it was asked for; nothing while the page is hidden. */
export class PaintQueue {
  private readonly jobs = new Set<Job>();
  private planned = false;

  constructor(
    private readonly nextFrame: (work: () => void) => void = (work) => requestAnimationFrame(work),
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(job: Job): void {
    this.jobs.add(job);
    this.plan();
  }

  drop(job: Job): void {
    this.jobs.delete(job);
  }

  private plan(): void {
    if (this.planned || this.jobs.size === 0) return;
    this.planned = true;
    this.nextFrame(() => this.work());
  }

  private work(): void {
    this.planned = false;
    const until = this.now() + BUDGET;
    for (const job of this.jobs) {
      this.jobs.delete(job);
      job();
      if (this.now() >= until) break;
    }
    this.plan();
  }
}
