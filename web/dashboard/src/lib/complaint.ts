/** Why the service did not take a new stream, sorted by the field of the form it is about. */
import { strings } from "../strings";
import { Refused, type Unreachable } from "./api";

export interface Complaint {
  /** One sentence or two for the whole form. */
  readonly summary: string;
  /** By field: what is wrong with it, and what to do. */
  readonly fields: Readonly<Record<string, string>>;
}

const CONFLICT = 409;

export function complaintOf(error: Refused | Unreachable): Complaint {
  if (!(error instanceof Refused)) return { summary: strings.dialogs.unreachable, fields: {} };
  if (error.status === CONFLICT) {
    return { summary: error.message, fields: { id: joined(error.message, strings.dialogs.taken) } };
  }
  const fields: Record<string, string> = {};
  for (const { field, message } of error.fields) {
    const name = fieldName(field);
    fields[name] = joined(message, strings.dialogs.remedies[name] ?? "");
  }
  return { summary: error.message, fields };
}

/** The form's field in a path such as `body.url` or `/url`. */
function fieldName(path: string): string {
  return path.split(/[./]/).at(-1) ?? path;
}

function joined(complaint: string, remedy: string): string {
  if (remedy !== "" && complaint.includes("should match pattern")) return remedy; // nobody reads a regular expression
  const sentence = /[.!?]$/.test(complaint) ? complaint : `${complaint}.`;
  return `${sentence} ${remedy}`.trim();
}
