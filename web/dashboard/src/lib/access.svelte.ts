/** Whether the page may speak to the service: the token that is kept, and whether one has to be asked for. */
import { Refused } from "./api";
import { tokenStore } from "./token";
import { takeTokenFragment } from "./tokenFragment";

export class Access {
  /** The service wants a token; `refused` where the one it was given is not good. */
  needed = $state(false);
  refused = $state(false);
  /** Whether a token is kept. */
  kept = $state(false);

  private readonly tokens = tokenStore();

  constructor() {
    this.keep(takeTokenFragment() ?? this.tokens.read());
  }

  token(): string | null {
    return this.tokens.read();
  }

  signIn(token: string): void {
    this.keep(token);
    this.needed = false;
    this.refused = false;
  }

  /** Gives the token up. */
  forget(): void {
    this.keep(null);
  }

  /** The service took no token, or not this one. */
  ask(): void {
    this.refused = this.tokens.read() !== null;
    this.needed = true;
    this.keep(null);
  }

  /** Makes a call; `refuse` is called where the service wants a token, or another one. */
  async guarded<T>(call: () => Promise<T>, refuse: () => void): Promise<T> {
    const token = this.tokens.read();
    try {
      return await call();
    } catch (error) {
      const current = token === this.tokens.read(); // not an answer to a token given up meanwhile
      if (error instanceof Refused && error.status === 401 && current) refuse();
      throw error;
    }
  }

  private keep(token: string | null): void {
    this.tokens.write(token);
    this.kept = token !== null;
  }
}
