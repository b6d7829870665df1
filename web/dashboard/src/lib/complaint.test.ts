/** Where the service's complaints about a new stream end up in the form. */
import { expect, it } from "vitest";

import { strings } from "../strings";
import { Refused, Unreachable } from "./api";
import { complaintOf } from "./complaint";

it("puts a complaint at its field, with what to do", () => {
  const error = new Refused(422, "Unprocessable Content", "One field.", [{ field: "body.url", message: "no scheme" }]);
  expect(complaintOf(error).fields["url"]).toBe(`no scheme. ${strings.dialogs.remedies["url"]}`);
});

it("puts a taken name at the name", () => {
  const { fields } = complaintOf(new Refused(409, "Conflict", "A stream 'lobby' is there already.", []));
  expect(fields["id"]).toContain("'lobby' is there already. Choose another name");
});

it("says a rule in words where the service says it as a regular expression", () => {
  const message = "String should match pattern '^[A-Za-z]$'";
  const error = new Refused(422, "", "", [{ field: "id", message }]);
  expect(complaintOf(error).fields["id"]).toBe(strings.dialogs.remedies["id"]);
});

it("says that the service did not answer", () => {
  expect(complaintOf(new Unreachable("")).summary).toBe(strings.dialogs.unreachable);
});
