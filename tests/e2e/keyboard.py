"""A walk through a page by the Tab key: what is reached, what is seen of it, what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST = 150
"""Steps after which a walk has lost its way."""

_PREPARE = """
() => {
  document.activeElement?.blur();
  const style = (part) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor, textDecorationLine } =
      getComputedStyle(part);
    const outline = outlineStyle === "none" ? "" : outlineWidth;
    return [outline, boxShadow, borderColor, backgroundColor, textDecorationLine].join("|");
  };
  const outlined = (part) => getComputedStyle(part).outlineStyle !== "none"; // of what came during the walk
  // A control may be hidden behind what is drawn for it: its label, what stands beside it, its tile.
  const drawn = (part) => {
    const around = [part, part.closest("label"), part.nextElementSibling];
    for (let one = part.parentElement, up = 0; one !== null && up < 4; one = one.parentElement, up += 1) {
      around.push(one);
    }
    return around.filter(Boolean);
  };
  const named = (part) => {
    const label = part.getAttribute("aria-label") || part.innerText || part.value || part.name || "";
    const id = part.dataset.testid ? `[${part.dataset.testid}]` : "";
    return `${part.localName}${id} ${label.trim().split("\\n")[0].slice(0, 40)}`;
  };
  const scope = () => document.querySelector("dialog[open]") ?? document.body;
  const native = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const usable = (part) =>
    part.checkVisibility() && !part.matches(":disabled") && part.closest("[inert]") === null;
  const handles = (part) =>
    Object.getOwnPropertySymbols(part).some((symbol) => {
      const handlers = part[symbol];
      const isTable = handlers !== null && typeof handlers === "object";
      return isTable && ("click" in handlers || "pointerdown" in handlers);
    });
  const isPointed = (part) =>
    getComputedStyle(part).cursor === "pointer" && getComputedStyle(part.parentElement).cursor !== "pointer";
  window.walk = {
    reached: new Set(),
    resting: new Map([...document.querySelectorAll("*")].map((part) => [part, style(part)])),
    step() {
      const part = document.activeElement;
      if (part === null || part === document.body || !scope().contains(part)) return null;
      const again = this.reached.has(part);
      this.reached.add(part);
      const { top, bottom, left, right } = part.getBoundingClientRect();
      const inside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
      const isMarked = (one) =>
        this.resting.has(one) ? this.resting.get(one) !== style(one) : outlined(one);
      const marked = drawn(part).some(isMarked);
      return { name: named(part), again, inside, marked };
    },
    missed() {
      const isRadio = (part) => part.type === "radio"; // the Tab key reaches one of a group, arrows the rest
      const radios = new Set([...this.reached].filter(isRadio).map((part) => part.name));
      const isReached = (part) => this.reached.has(part) || (isRadio(part) && radios.has(part.name));
      // What came during the walk may have come where it had been already.
      const there = (part) => this.resting.has(part) && usable(part);
      const parts = [...scope().querySelectorAll("*")].filter(there);
      const controls = parts.filter((part) => part.matches(native) && part.tabIndex >= 0);
      const others = parts.filter((part) => !part.matches(native) && (handles(part) || isPointed(part)));
      const operable = (part) => {
        const inner = part.querySelectorAll(native);
        const around = [part.closest(native), part.closest("label")?.control, ...inner];
        return around.some((one) => one && isReached(one));
      };
      return [
        ...controls.filter((part) => !isReached(part)).map((part) => `${named(part)}: not reached`),
        ...others.filter((part) => !operable(part)).map((part) => `${named(part)}: can only be clicked`),
      ];
    },
  };
}
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """The names of what was reached, in order, and what is wrong with it or with what was not."""

    reached: tuple[str, ...]
    wrong: tuple[str, ...]


def walked(page: Page) -> Walk:
    """From the beginning of the page, or of its open dialog, until the Tab key leads out of it or back."""
    page.evaluate(_PREPARE)
    reached: list[str] = []
    wrong: list[str] = []
    outside = 0
    for _ in range(LONGEST):
        page.keyboard.press("Tab")
        step: dict[str, Any] | None = page.evaluate("walk.step()")
        if step is None:  # the browser's own; a dialog may have begun the walk in its middle
            outside += 1
            if outside == 1:
                continue
        if step is None or step["again"]:
            return Walk(tuple(reached), (*wrong, *page.evaluate("walk.missed()")))
        reached.append(step["name"])
        if not step["inside"]:
            wrong.append(f"{step['name']}: has the focus outside of what is seen")
        if not step["marked"]:
            wrong.append(f"{step['name']}: its focus is not seen")
    raise AssertionError(f"The Tab key does not come to an end: {reached}")
