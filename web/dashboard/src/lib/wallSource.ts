/** Where a stream's video can come from, told by its address. */

export type SourceKind = "rtsp" | "http" | "whep" | "device" | "file" | "pattern" | "whip";

export const SOURCE_KINDS: readonly SourceKind[] = ["rtsp", "http", "whep", "device", "file", "pattern", "whip"];

const SCHEMES: Readonly<Record<string, SourceKind>> = {
  rtsp: "rtsp",
  rtsps: "rtsp",
  http: "http",
  https: "http",
  rtmp: "http",
  rtmps: "http",
  srt: "http",
  whep: "whep",
  wheps: "whep",
  whip: "whip",
  pattern: "pattern",
  file: "file",
};

/** Addresses that are whole as they are, so that choosing their kind fills them in. */
export const WHOLE: Readonly<Partial<Record<SourceKind, string>>> = {
  device: "/dev/video0",
  pattern: "pattern:?people=2",
  whip: "whip:",
};

/** The kind an address begins like; `null` while it could be anything. */
export function sourceKindOf(url: string): SourceKind | null {
  const address = url.trim();
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined) return SCHEMES[scheme] ?? null;
  if (/^\/dev\/(?!shm\/)/.test(address)) return "device";
  return /^[./~]/.test(address) ? "file" : null;
}

/** Whether an address still holds the stars that stand for what is not shown. */
export function isMasked(url: string): boolean {
  return url.includes("***");
}

/** Where a publisher sends a `whip:` stream, as seen from the page's own address. */
export function publishAddress(origin: string, id: string): string {
  return `${origin}/whip/${encodeURIComponent(id)}`;
}
