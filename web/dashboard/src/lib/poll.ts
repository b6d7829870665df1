/** Something done again and again: often while the page is seen, seldom while it is hidden. */

const SEEN = 2_000; // milliseconds
const HIDDEN = 15_000;

export class Poll {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;

  constructor(private readonly look: () => Promise<void>) {}

  start(): void {
    this.running = true;
    void this.now();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** Looks at once, and plans the next look from here. */
  async now(): Promise<void> {
    clearTimeout(this.timer);
    await this.look();
    clearTimeout(this.timer); // another look may have been made meanwhile
    if (!this.running) return;
    this.timer = setTimeout(() => void this.now(), document.visibilityState === "visible" ? SEEN : HIDDEN);
  }
}
