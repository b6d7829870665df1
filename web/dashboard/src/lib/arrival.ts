/** Where the keyboard and the screen reader go on once a view has come: at its heading. */

/** Puts the focus on the first heading in `view`, which may yet come; gives up once something else took the focus. */
export function focusHeading(view: HTMLElement): () => void {
  const before = document.activeElement;
  const observer = new MutationObserver(look);
  observer.observe(view, { childList: true, subtree: true });
  look();
  return () => observer.disconnect();

  function look(): void {
    const heading = view.querySelector("h1");
    const isTaken = document.activeElement !== before && !isFocusFree();
    if (heading === null && !isTaken) return;
    observer.disconnect();
    if (heading === null || isTaken) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

/** Whether nothing has the focus, as when what had it has gone. */
export function isFocusFree(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
