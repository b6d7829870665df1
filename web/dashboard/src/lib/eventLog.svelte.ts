/** The newest events of all streams, or of one stream or rule: those recorded, and those that come. */
import { expected, type Events, type LogQuestion } from "./api";
import type { LiveEvent } from "./messages";

export interface EventChoice {
  readonly stream: string | null;
  readonly rule: string | null;
}

const PAGE = 50; // events fetched at once
/** Events kept. */
export const MOST = 500;

export class EventLog {
  /** Newest first. */
  events = $state.raw<readonly LiveEvent[]>([]);
  loading = $state(false);
  /** Whether the newest were asked for and came. */
  known = $state(false);
  /** What the last look at what is recorded failed with. */
  error = $state.raw<string | null>(null);
  /** For the page that follows the oldest; `null` where there is none. */
  private cursor = $state.raw<string | null>(null);

  constructor(
    readonly choice: EventChoice,
    private readonly load: (question: LogQuestion) => Promise<Events>,
  ) {}

  readonly more: boolean = $derived(this.cursor !== null && this.events.length < MOST);
  readonly full: boolean = $derived(this.events.length >= MOST);

  /** An event that came live. */
  note(event: LiveEvent): void {
    const { stream, rule } = this.choice;
    if ((stream === null || event.stream === stream) && (rule === null || event.rule === rule)) this.take([event]);
  }

  /** Brings in the newest that are recorded. */
  async refresh(): Promise<void> {
    await this.ask(null, ({ events, nextCursor, historyError }) => {
      if (historyError !== undefined && this.known) {
        this.take(events); // what is shown goes further back than what the service has in memory
        return;
      }
      const held = new Set(this.events.map(({ id }) => id));
      const joins = events.length < PAGE || events.some(({ id }) => held.has(id));
      if (!this.known || !joins) {
        this.events = joins ? this.events : []; // more were missed than a page has: what was shown does not follow
        this.cursor = nextCursor ?? null;
      }
      this.take(events);
      this.known = historyError === undefined;
    });
  }

  /** Brings in those before the oldest. */
  async older(): Promise<void> {
    await this.ask(this.cursor, ({ events, nextCursor, historyError }) => {
      this.take(events);
      if (historyError === undefined || nextCursor !== undefined) this.cursor = nextCursor ?? null;
    });
  }

  private async ask(cursor: string | null, took: (page: Events) => void): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      const page = await this.load({ ...this.choice, limit: PAGE, cursor });
      took(page);
      this.error = page.historyError ?? null;
    } catch (error) {
      this.error = expected(error).message;
    } finally {
      this.loading = false;
    }
  }

  private take(more: readonly LiveEvent[]): void {
    const held = new Set(this.events.map(({ id }) => id));
    const added = more.filter(({ id }) => !held.has(id));
    if (added.length === 0) return;
    this.events = [...this.events, ...added].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, MOST);
  }
}
