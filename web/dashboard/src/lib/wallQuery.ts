/** What of the wall is shown and in which order, as it is kept in the page's address. */
import { EMOTIONS, type Emotion } from "./emotions";
import type { StreamState } from "./messages";

export const CONDITIONS = ["running", "lost", "connecting", "ended"] as const;
export const SORTS = ["name", "state", "faces", "score"] as const;

/** States as a person at the wall sorts them: what is lost is lost, whether it is tried again or not. */
export type Condition = (typeof CONDITIONS)[number];
export type Sort = (typeof SORTS)[number];

export interface WallChoice {
  readonly find: string;
  readonly show: Condition | null;
  readonly emotion: Emotion | null;
  readonly sort: Sort;
  readonly lostFirst: boolean;
}

export function conditionOf(state: StreamState): Condition {
  return state === "reconnecting" || state === "failed" ? "lost" : state;
}

export function readWallChoice(query: URLSearchParams): WallChoice {
  return {
    find: query.get("find") ?? "",
    show: oneOf(CONDITIONS, query.get("show")),
    emotion: oneOf(EMOTIONS, query.get("emotion")),
    sort: oneOf(SORTS, query.get("sort")) ?? "name",
    lostFirst: query.get("lost") !== "anywhere",
  };
}

/** The address's values for a choice; `null` for what is as it is without being said. */
export function writeWallChoice(choice: Partial<WallChoice>): Record<string, string | null> {
  const query: Record<string, string | null> = {};
  if (choice.find !== undefined) query["find"] = choice.find || null;
  if (choice.show !== undefined) query["show"] = choice.show;
  if (choice.emotion !== undefined) query["emotion"] = choice.emotion;
  if (choice.sort !== undefined) query["sort"] = choice.sort === "name" ? null : choice.sort;
  if (choice.lostFirst !== undefined) query["lost"] = choice.lostFirst ? null : "anywhere";
  return query;
}

function oneOf<T extends string>(values: readonly T[], given: string | null): T | null {
  return values.find((value) => value === given) ?? null;
}
