/** Ways through time by wheel, keys and touch, for the element that the timelines stand in. */
import type { TimeView } from "./timeView.svelte";

const ZOOM = 1.5;
const STEP = 0.2; // of the span, for a key
const WHEEL = 0.002; // of zoom, for a pixel

export interface Plotted {
  readonly view: TimeView;
  /** The present, in milliseconds since the epoch. */
  readonly now: () => number;
  /** The left edge of the plots and their width, in CSS pixels from the element's own left edge. */
  readonly plot: () => { readonly left: number; readonly width: number };
}

/** Follows what is done on the element until the returned function is called. */
export function onGestures(element: HTMLElement, plotted: Plotted): () => void {
  const wheel = (event: WheelEvent) => wheeled(event, element, plotted);
  const key = (event: KeyboardEvent) => pressed(event, element, plotted);
  const touch = touches(plotted);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("keydown", key);
  element.addEventListener("pointerdown", touch.down);
  element.addEventListener("pointermove", touch.move);
  return () => {
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("keydown", key);
    element.removeEventListener("pointerdown", touch.down);
    element.removeEventListener("pointermove", touch.move);
  };
}

/** Zooms with Ctrl, or where the timelines have the focus; the page is scrolled by the wheel alone otherwise. */
function wheeled(event: WheelEvent, element: HTMLElement, { view, now, plot }: Plotted): void {
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  const { left, width } = plot();
  if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    event.preventDefault();
    view.pan((sideways / width) * view.span, now());
  } else if (event.ctrlKey || event.metaKey || document.activeElement === element) {
    event.preventDefault();
    const { from } = view.range(now());
    const share = (event.clientX - element.getBoundingClientRect().left - left) / width;
    view.zoom(Math.exp(event.deltaY * WHEEL), from + Math.min(1, Math.max(0, share)) * view.span, now());
  }
}

function pressed(event: KeyboardEvent, element: HTMLElement, { view, now }: Plotted): void {
  if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => view.pan(-STEP * view.span, now()),
    ArrowRight: () => view.pan(STEP * view.span, now()),
    PageUp: () => view.pan(-view.span, now()),
    PageDown: () => view.pan(view.span, now()),
    "+": () => view.zoom(1 / ZOOM, null, now()),
    "-": () => view.zoom(ZOOM, null, now()),
    " ": () => (view.live ? view.pause(now()) : view.follow()),
    End: () => view.follow(),
  };
  const action = actions[event.key === "=" ? "+" : event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}

/** One finger drags through time. */
function touches({ view, now, plot }: Plotted) {
  let x: number | null = null;
  return {
    down(event: PointerEvent) {
      x = event.pointerType === "touch" && event.isPrimary ? event.clientX : null;
    },
    move(event: PointerEvent) {
      if (x === null || event.pointerType !== "touch" || !event.isPrimary) return;
      view.pan(((x - event.clientX) / plot().width) * view.span, now());
      x = event.clientX;
    },
  };
}
