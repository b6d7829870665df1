/** What an embed shows, as its address says it. */

export const PARTS = ["picture", "dominant", "scores", "timeline"] as const;
export type Part = (typeof PARTS)[number];
export type Theme = "light" | "dark" | "auto";

export interface EmbedQuery {
  readonly theme: Theme;
  /** The name of a window; `null` for the service's first. */
  readonly window: string | null;
  readonly show: readonly Part[];
  readonly transparent: boolean;
}

const DEFAULT: readonly Part[] = ["picture", "dominant", "scores"];

/** What is misspelt is left out, and where nothing is left, the usual is shown: a wall display has nobody to ask. */
export function readEmbedQuery(query: URLSearchParams): EmbedQuery {
  const asked = query.get("show")?.split(/[,\s]+/) ?? [];
  const show = PARTS.filter((part) => asked.includes(part));
  const theme = query.get("theme");
  return {
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    window: query.get("window"),
    show: show.length > 0 ? show : DEFAULT,
    transparent: query.get("background") === "transparent",
  };
}

/** The address of an embed; what is as usual is left out of it. */
export function embedAddress(origin: string, id: string, wanted: EmbedQuery): string {
  const address = new URL(`/embed/${encodeURIComponent(id)}`, origin);
  const query = address.searchParams;
  if (wanted.theme !== "auto") query.set("theme", wanted.theme);
  if (wanted.window !== null) query.set("window", wanted.window);
  if (wanted.show.join() !== DEFAULT.join()) query.set("show", wanted.show.join(","));
  if (wanted.transparent) query.set("background", "transparent");
  return address.href.replaceAll("%2C", ",");
}

/** The iframe to paste into another page. */
export function embedSnippet(address: string, title: string): string {
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="640" height="480" style="border: 0"></iframe>`;
}
