/** An event in words: what happened, from which value to which. */
import { emotionNames, stateNames, strings } from "../strings";
import { EMOTIONS, type Emotion } from "./emotions";
import type { LiveEvent, Value } from "./messages";

const BAD = new Set(["stream.lost", "hook.disabled"]);

export function eventTitle({ name }: Pick<LiveEvent, "name">): string {
  return strings.events.names[name] ?? name;
}

/** Whether it is bad news. */
export function isBad({ name }: Pick<LiveEvent, "name">): boolean {
  return BAD.has(name);
}

/** The emotion that a value names, if it does. */
export function emotionOf(value: Value): Emotion | null {
  return EMOTIONS.find((emotion) => emotion === value) ?? null;
}

/** A value as a rule looks at it: an emotion, a state, a number of faces, or a score. */
export function valueWords(value: Value, name: string): string {
  if (value === null) return name.startsWith("emotion.dominant") ? strings.events.nobody : strings.events.none;
  if (typeof value === "number") return Number.isInteger(value) && !name.startsWith("emotion.") ? String(value) : value.toFixed(2);
  const emotion = emotionOf(value);
  if (emotion !== null) return emotionNames[emotion];
  return (stateNames as Readonly<Record<string, string>>)[value] ?? value;
}

/** The value after a change, with what is counted. */
export function afterWords({ after, name }: Pick<LiveEvent, "after" | "name">): string {
  if (name.startsWith("faces.present") && typeof after === "number") return strings.events.faceCount(after);
  return valueWords(after, name);
}

/** What changed: nothing where neither value says anything. */
export function changeWords({ before, after, name }: Pick<LiveEvent, "before" | "after" | "name">): string {
  if (before === null && after === null) return "";
  return `${valueWords(before, name)} → ${afterWords({ after, name })}`;
}

/** All of it in a line, for a mark that is pointed at. */
export function eventWords(event: LiveEvent): string {
  const change = changeWords(event);
  const rule = event.rule === null || event.name === "emotion.dominant.changed" ? "" : ` (${event.rule})`;
  return `${eventTitle(event)}${rule}${change === "" ? "" : `: ${change}`}`;
}
