/** Brings in the past of one window of one stream as far as it is looked at and the service has it. */
import { expected, type Summaries } from "./api";
import type { StreamStore } from "./streamStore.svelte";
import { SHALLOW } from "./windowStore.svelte";

export type Load = (span: { limit: number; until?: number }) => Promise<Summaries>;

const PAGE = 1_200; // summaries fetched at once
/** Summaries kept while a stream is looked into: close to three hours of a window made every half second. */
export const DEEP = 20_000;

export class PastLoader {
  loading = $state(false);

  constructor(
    private readonly store: StreamStore,
    private readonly window: string,
    private readonly load: Load,
    private readonly now: () => number = Date.now,
  ) {}

  get failed(): boolean {
    return this.kept.failed;
  }

  /** Why the service could not read what was recorded; what is in its memory is here. */
  get unreadable(): string | null {
    return this.kept.unreadable;
  }

  /** Before this time the service has nothing, once that is known: the end of its oldest summary. */
  get begin(): number | null {
    return this.kept.begin;
  }

  /** Keeps more of the past until the returned function is called. */
  hold(): () => void {
    const { timeline } = this;
    timeline.keep(DEEP);
    return () => timeline.keep(SHALLOW);
  }

  /** Sees to it that what ended after `from` is there, if the service still has it. After a failure only if `again`. */
  async reach(from: number, again = false): Promise<void> {
    if (this.loading || ((this.failed || this.unreadable !== null) && !again)) return;
    this.loading = true;
    try {
      while (this.lacks(from) && (await this.loadPage()));
      this.kept.failed = false;
    } catch (error) {
      expected(error);
      this.kept.failed = true;
    } finally {
      this.loading = false;
    }
  }

  private get kept() {
    return this.store.of(this.window);
  }

  private get timeline() {
    return this.kept.timeline;
  }

  private lacks(from: number): boolean {
    const oldest = this.timeline.oldest?.end;
    if (oldest === undefined) return this.begin === null;
    return oldest > from && (this.begin === null || oldest > this.begin) && this.timeline.size < DEEP;
  }

  /** Whether there may be more. */
  private async loadPage(): Promise<boolean> {
    const oldest = this.timeline.oldest?.end;
    const { emptied } = this.kept;
    const { summaries: page, historyError } = await this.load(oldest === undefined ? { limit: PAGE } : { limit: PAGE, until: oldest - 1 });
    if (this.kept.emptied !== emptied) return true; // the page is of a stream that is gone
    this.kept.addPast(page);
    this.kept.unreadable = historyError ?? null;
    if (historyError !== undefined) return false;
    if (page.length < PAGE) this.kept.begin ??= this.timeline.oldest?.end ?? this.now();
    return page.length === PAGE;
  }
}
