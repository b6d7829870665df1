/** How often a word is to be expected over the line, by what is wanted of streams that run. */
import type { Limits, Stream } from "./messages";
import type { Want } from "./wants";

const FRAMES = 1; // seconds; a stream that runs is read more often than this, unless it is said to be slower

/** The shortest time in seconds between two messages of these streams; infinite where nothing is to come by itself. */
export function paceOf(wants: Iterable<Want>, streams: readonly Stream[], limits: Limits): number {
  let pace = Infinity;
  for (const want of wants) {
    for (const stream of streams) {
      if (stream.state !== "running" || (want.streams !== "*" && !want.streams.includes(stream.id))) continue;
      pace = Math.min(pace, ofSummaries(want, limits), ofFrames(want, stream, limits));
    }
  }
  return pace;
}

function ofSummaries({ messages, windows }: Want, limits: Limits): number {
  if (!messages.includes("summary") || !limits.messages?.includes("summary")) return Infinity;
  const wanted = (limits.windows ?? []).filter(({ name }) => windows === undefined || windows === "*" || windows.includes(name));
  return Math.min(Infinity, ...wanted.map(({ interval }) => interval));
}

function ofFrames({ messages, previewFps }: Want, { fps, preview }: Stream, limits: Limits): number {
  const sent = (kind: "reading" | "preview") => messages.includes(kind) && (limits.messages?.includes(kind) ?? false);
  const frames = Math.max(FRAMES, 1 / (fps ?? FRAMES));
  if (sent("reading")) return frames;
  if (sent("preview") && preview !== "off") return Math.max(frames, 1 / (previewFps ?? FRAMES));
  return Infinity;
}
