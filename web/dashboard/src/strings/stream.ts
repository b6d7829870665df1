/** The words of the stream page. */

export const stream = {
  window: "Window",
  windowOf: (length: string) => `mean over ${length}`,
  span: "Time shown",
  errorFor: (age: string) => `For ${age}.`,
  triedAgain: "It is tried again by itself.",
  notTriedAgain: "It is not tried again by itself: edit the stream, or remove it and add it anew.",
  loading: "Asking the service.",
  unknown: (id: string) => `There is no stream ${id}.`,
  removed: (id: string) => `${id} was removed.`,
  asOf: (time: string) => `as of ${time}, not live`,
  since: (age: string) => `for ${age}`,
  edit: "Edit",
  remove: "Remove",
  views: "Stream",
} as const;

export const dominant = {
  title: "Dominant apparent expression",
  noFace: "No face",
  noFaceExplained: "No face was seen in this window, so there are no scores.",
  noFrames: "No frames",
  noFramesExplained: "No frame was analysed in this window.",
  stopped: "Not live: the stream does not run.",
  unread: "Not readable",
  unreadExplained: "Faces were seen in this window, but too small, blurred, covered or turned away to be read.",
  waiting: "Waiting",
  waitingExplained: "No window is complete yet.",
  score: "mean score",
  facesTitle: "Faces",
  facesNow: (count: number) => (count === 1 ? "1 face" : `${count} faces`),
  faces: (observations: number, frames: number) => `${observations} observations in ${frames} frames`,
  coverage: "Coverage",
  coverageExplained: "Share of the window that analysed frames stand for",
  smoothing: "Smoothing delay",
  window: "Window ends",
  notLive: (age: string) => `Not live: this is ${age} old.`,
} as const;

export const figures = {
  title: "Stream figures",
  analysed: "Analysed",
  shed: (share: string) => `overloaded: ${share} of the frames are left out`,
  shedExplained: "There is not enough computing power for all frames of the last seconds. Priorities say whose go first.",
  latency: "Latency",
  latencyExplained: "Seconds from a frame's capture to its reading",
  p50: "p50",
  p95: "p95",
  frames: "Frames analysed",
  decoded: (count: string) => `of ${count} decoded`,
  dropped: "Dropped",
  /** Of a frame; those that are not here are shown as the service names them. */
  causes: {
    fps: "more than wanted",
    superseded: "overtaken by a newer one",
    expired: "waited too long",
    late: "not drawn in time",
    overload: "decoder behind",
    keyless: "before a key frame",
    lost: "lost on the way",
    corrupt: "damaged",
    disordered: "out of order",
  } as Readonly<Record<string, string>>,
  reconnects: "Reconnects",
  source: "Source",
  asOf: (age: string) => `fetched ${age} ago`,
  unknown: "n/a",
} as const;

export const picture = {
  title: (id: string) => `Picture of ${id}`,
  description: (id: string, faces: readonly string[]) =>
    faces.length === 0 ? `Picture of ${id}: no face.` : `Picture of ${id}: ${faces.join(", ")}.`,
  unread: "not readable",
  waiting: "Waiting for the first picture",
  none: (state: string) => `No picture: ${state.toLowerCase()}`,
  stale: (time: string, age: string) => `Not live: picture of ${time}, ${age} ago`,
  off: "Pictures are off for this stream. Only the places of faces are drawn.",
  offShort: "Pictures off",
} as const;

export const table = {
  title: "Window in figures",
  now: "latest window",
  at: (time: string) => `window ending ${time}`,
  emotion: "Expression",
  mean: "Mean score",
  share: "Share of faces",
  shareExplained: "Share of the face observations whose top score it is",
} as const;

export const chart = {
  titles: { mean: "Mean scores", share: "Share of faces" },
  explained: {
    mean: "The mean of each score over the faces of the window",
    share: "The share of face observations whose top score it is",
  },
  description: (title: string, window: string, span: string) => `${title} of each ${window} window over ${span}, as stacked bands.`,
  empty: "The bands start with the first complete window.",
} as const;

export const timelines = {
  title: "Timelines",
  keys: "Arrow keys move through time, plus and minus zoom, space stops and goes on, End goes to the present. The wheel zooms while this has the focus or with Ctrl held; drag over a stretch to see just that.",
  span: "Time shown",
  live: "Live",
  pause: "Pause",
  follow: "Go live",
  paused: (time: string) => `Paused at ${time}`,
  older: "Earlier",
  newer: "Later",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  loading: "Loading what was before",
  failed: "What was before could not be loaded.",
  tryAgain: "Try again",
  unreadable: (reason: string) => `What was recorded before cannot be read now: ${reason}`,
  begin: (time: string) => `The service has nothing before ${time}.`,
  lost: "Some windows are lost for good: they were made while the line or the service broke down.",
  now: "Now",
} as const;

export const gaps = {
  noFace: "no face",
  unread: "face not readable",
  noFrames: "no frames",
  down: "stream down",
  offline: "no line to the service",
  noData: "no data",
  before: "nothing kept before",
} as const;

export const strips = {
  title: "Faces",
  none: "No face was seen in this time while the page was open.",
  since: (time: string) => `Faces are followed since ${time}, when this page began to.`,
  face: (id: number, time: string, name: string) => `Face ${id}: seen for ${time}, mostly ${name}.`,
} as const;

export const happenings = {
  title: "What happened",
  empty: "Nothing yet: changes of state, events and markers will stand here.",
  show: (time: string) => `Show ${time} in the timelines`,
} as const;
