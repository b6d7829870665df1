/** The words of events, markers, hooks and the history. */

export const events = {
  title: "Events",
  intro: "What rules made of the streams and groups, and what the service says of itself; the newest first.",
  empty: "No event yet. Rules make them of what the windows show; the default one tells when the dominant expression changes.",
  noMatch: "No event of this stream and rule.",
  failed: (reason: string) => `What was recorded could not be read: ${reason}`,
  tryAgain: "Try again",
  loading: "Asking the service.",
  older: "Older events",
  atMost: (count: number) => `The newest ${count} are shown; the others are at /api/v1/events.`,
  stream: "Stream",
  anyStream: "All streams",
  rule: "Rule",
  anyRule: "All rules",
  service: "The service",
  shown: (count: number) => (count === 1 ? "1 event shown" : `${count} events shown`),
  face: (id: number) => `face ${id}`,

  /** By the event's name. */
  names: {
    "emotion.dominant.changed": "Dominant expression",
    "emotion.threshold.started": "Threshold crossed",
    "emotion.threshold.ended": "Threshold left",
    "faces.present.started": "Faces came",
    "faces.present.ended": "Faces left",
    "stream.lost": "Stream lost",
    "stream.back": "Stream back",
    "hook.disabled": "Hook disabled",
    "hook.test": "Hook tested",
  } as Readonly<Record<string, string>>,
  /** Why something is over where no value decided that. */
  reasons: {
    left: "the face left",
    removed: "the stream was taken away",
    rule: "the rule was changed",
    restart: "the service was started anew",
  } as Readonly<Record<string, string>>,
  nobody: "no face",
  none: "–",
  faceCount: (count: number) => (count === 1 ? "1 face" : `${count} faces`),
  lasted: (time: string) => `after ${time}`,

  evidence: "Evidence",
  thresholds: "The rule",
  endOf: "Window ends",
  value: "Value",
  lead: "Lead",
  faces: "Faces",
  coverage: "Coverage",
} as const;

export const markers = {
  label: "Mark this moment",
  hint: "What happens now: joke 3",
  submit: "Mark",
  done: (label: string, time: string) => `Marked “${label}” at ${time}.`,
} as const;

export const hooks = {
  title: "Hooks",
  none: "No hook is set up: events go to nobody but who watches.",
  failed: (reason: string) => `Hooks could not be asked for: ${reason}`,
  kinds: { webhook: "webhook", command: "command", python: "Python", mqtt: "MQTT" } as Readonly<Record<string, string>>,
  id: "Hook",
  state: "State",
  waiting: "Waiting",
  last: "Last delivery",
  enabled: "Works",
  switchedOff: "Switched off",
  disabled: "Disabled",
  failing: (time: string) => `Failing for ${time}`,
  blocked: "Waits for the history",
  unstored: (count: number) => `${count === 1 ? "1 event waits" : `${count} events wait`} in memory until the history can be written; nothing is sent before.`,
  never: "none yet",
  delivered: (time: string) => `${time} ago`,
} as const;

export const history = {
  title: "History",
  running: (kind: string, size: string) => `Recorded in ${kind}, ${size}.`,
  opening: "The history is being opened.",
  failing: (reason: string) => `The history cannot be written now, and live scores go on: ${reason}`,
  waiting: (count: string) => `${count} windows wait to be written.`,
  dropped: (count: string) => `${count} windows were lost, for there was no room to wait.`,
  damaged: (count: string) => `${count} blocks of windows are damaged and left out.`,
  failed: (reason: string) => `The history could not be asked for: ${reason}`,
} as const;
