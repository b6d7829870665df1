/** A stream's error parted into what happened and what to do. */
import type { StreamError } from "./messages";

export interface Trouble {
  readonly what: string;
  /** `null` where nobody knows. */
  readonly todo: string | null;
}

/** The service's own advice, which knows the case; `remedies` by code where it gave none. */
export function troubleOf({ code, message }: StreamError, remedies: Readonly<Record<string, string>>): Trouble {
  const end = /[.!?]\s+(?=[A-Z])/.exec(message);
  if (end === null) return { what: message, todo: remedies[code] ?? null };
  return { what: message.slice(0, end.index + 1), todo: message.slice(end.index + end[0].length) };
}
