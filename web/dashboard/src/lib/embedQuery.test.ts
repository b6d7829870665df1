/** The address of an embed, read and written. */
import { expect, it } from "vitest";

import { embedAddress, embedSnippet, readEmbedQuery, type EmbedQuery } from "./embedQuery";

const read = (text: string) => readEmbedQuery(new URLSearchParams(text));

it("shows the usual where nothing is said", () => {
  expect(read("")).toEqual({ theme: "auto", window: null, show: ["picture", "dominant", "scores"], transparent: false });
});

it("shows what is asked for, in the page's own order", () => {
  expect(read("show=timeline,picture").show).toEqual(["picture", "timeline"]);
});

it("leaves out what it does not know", () => {
  expect(read("show=sound,scores&theme=pink")).toMatchObject({ show: ["scores"], theme: "auto" });
  expect(read("show=sound").show).toEqual(["picture", "dominant", "scores"]);
});

it("reads what it writes", () => {
  const wanted: EmbedQuery = { theme: "dark", window: "60s", show: ["scores", "timeline"], transparent: true };
  const address = new URL(embedAddress("https://semblance.local", "lobby 1", wanted));
  expect(address.pathname).toBe("/embed/lobby%201");
  expect(readEmbedQuery(address.searchParams)).toEqual(wanted);
});

it("writes a short address for the usual", () => {
  expect(embedAddress("https://semblance.local", "lobby", read(""))).toBe("https://semblance.local/embed/lobby");
});

it("escapes what it puts into markup", () => {
  const snippet = embedSnippet("https://semblance.local/embed/a?x=1&y=2", 'the "lobby" <1>');
  expect(snippet).toContain('src="https://semblance.local/embed/a?x=1&amp;y=2"');
  expect(snippet).toContain('title="the &quot;lobby&quot; &lt;1>"');
});
