/** What all tiles of a wall share: who is on screen, the colours in force, the queue of drawings, and that of loads. */
import { expected } from "./api";
import { onScheme, readPalette } from "./palette";
import type { StreamStore } from "./streamStore.svelte";
import { PaintQueue } from "./wallPaint";

type Sighting = (onScreen: boolean) => void;

const BEAT = 250; // milliseconds between two drawings of what moves
const MARGIN = "80px"; // a tile about to come into view counts as seen

export class WallCanvas {
  readonly queue = new PaintQueue();
  /** Raised a few times a second while the page can be seen: scores are shown at beats, not at each message. */
  beat = $state(0);
  /** Whether the page can be seen at all. */
  awake = $state(document.visibilityState === "visible");
  palette = $state.raw(readPalette(document.documentElement));

  private readonly watched = new Map<Element, Sighting>();
  private readonly observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) this.watched.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  private loading: Promise<void> = Promise.resolve();

  /** Follows the browser until the returned function is called. */
  run(): () => void {
    const forget = onScheme(() => (this.palette = readPalette(document.documentElement)));
    const look = () => (this.awake = document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(() => this.awake && requestAnimationFrame(() => this.draw()), BEAT);
    return () => {
      clearInterval(timer);
      forget();
      document.removeEventListener("visibilitychange", look);
      this.observer.disconnect();
    };
  }

  private draw(): void {
    this.beat += 1;
    this.queue.work();
  }

  /** Tells whether the element is on screen, until the returned function is called. */
  watch(element: Element, sighting: Sighting): () => void {
    this.watched.set(element, sighting);
    this.observer.observe(element);
    return () => {
      this.watched.delete(element);
      this.observer.unobserve(element);
    };
  }

  /** Loads a stream's past, one stream after another: forty at once would hold up what is live. */
  fill(store: StreamStore, window: string): void {
    this.loading = this.loading.then(() => store.fill(window)).catch((error: unknown) => {
      expected(error); // the ribbon then begins where the page did
    });
  }
}
