/** The colours in force at an element, for what is drawn on a canvas. */
import { EMOTIONS, LOOKS, type Emotion } from "./emotions";

export interface Palette {
  readonly emotions: Readonly<Record<Emotion, string>>;
  readonly page: string;
  readonly panel: string;
  readonly sunk: string;
  readonly edge: string;
  readonly grid: string;
  readonly text: string;
  readonly muted: string;
  readonly bad: string;
  readonly warn: string;
  readonly accent: string;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (property: string) => style.getPropertyValue(property).trim();
  return {
    emotions: Object.fromEntries(EMOTIONS.map((emotion) => [emotion, value(LOOKS[emotion].colour)])) as Record<Emotion, string>,
    page: value("--page"),
    panel: value("--panel"),
    sunk: value("--sunk"),
    edge: value("--edge"),
    grid: value("--grid"),
    text: value("--text"),
    muted: value("--muted"),
    bad: value("--bad"),
    warn: value("--warn"),
    accent: value("--accent"),
    font: style.fontFamily,
  };
}

/** Calls when light and dark change places, until the returned function is called. */
export function onScheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
