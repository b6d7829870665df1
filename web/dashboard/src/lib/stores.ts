/** The stores of all streams that were heard of, made when asked for, never more than a fixed number. */
import type { WindowInfo } from "./messages";
import { StreamStore, type Surroundings } from "./streamStore.svelte";

const MOST = 500; // a service has some dozens of streams; ids that come and go all day must not pile up

export class Stores {
  private readonly stores = new Map<string, StreamStore>();
  private windows: readonly WindowInfo[] = [];

  constructor(private readonly around: Surroundings) {}

  /** The store of a stream, always the same one while the stream is there. */
  of(id: string): StreamStore {
    let store = this.stores.get(id);
    if (store === undefined) {
      store = new StreamStore(id, this.around);
      store.declare(this.windows);
      this.stores.set(id, store);
      this.limit();
    }
    return store;
  }

  /** The windows that the service has from now on. */
  declare(windows: readonly WindowInfo[]): void {
    this.windows = windows;
    for (const store of this.stores.values()) store.declare(windows);
  }

  clear(): void {
    for (const store of this.stores.values()) store.clear();
  }

  [Symbol.iterator](): Iterator<StreamStore> {
    return this.stores.values();
  }

  private limit(): void {
    for (const id of this.stores.keys()) {
      if (this.stores.size <= MOST) return;
      if (this.around.stream(id) === null) this.stores.delete(id);
    }
  }
}
