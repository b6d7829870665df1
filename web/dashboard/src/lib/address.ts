/** The stream and window in the page's address (`#lobby/60s`), so that a reload or a bookmark comes back to them. */

export interface Choice {
  readonly stream: string | null;
  readonly window: string | null;
}

export function readChoice(hash: string): Choice {
  const [stream, window] = hash.replace(/^#/, "").split("/").map(decoded);
  return { stream: stream || null, window: window || null };
}

export function writeChoice({ stream, window }: Choice): string {
  if (stream === null) return "#";
  const parts = window === null ? [stream] : [stream, window];
  return `#${parts.map(encodeURIComponent).join("/")}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ""; // somebody typed a lone percent sign
  }
}
