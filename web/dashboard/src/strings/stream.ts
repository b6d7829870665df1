/** The words of the stream page. */

export const stream = {
  window: "Window",
  windowOf: (length: string) => `mean over ${length}`,
  span: "Time shown",
  errorFor: (age: string) => `For ${age}.`,
  triedAgain: "It is tried again by itself.",
  notTriedAgain: "It is not tried again: remove the stream and add it anew.",
} as const;

export const dominant = {
  title: "Dominant apparent expression",
  noFace: "No face",
  noFaceExplained: "No face was seen in this window, so there are no scores.",
  unread: "Not readable",
  unreadExplained: "Faces were seen in this window, but too small, blurred, covered or turned away to be read.",
  waiting: "Waiting",
  waitingExplained: "No window is complete yet.",
  score: "mean score",
  facesTitle: "Faces",
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
  latency: "Latency",
  latencyExplained: "Seconds from a frame's capture to its reading",
  p50: "p50",
  p95: "p95",
  frames: "Frames analysed",
  decoded: (count: string) => `of ${count} decoded`,
  dropped: "Dropped",
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
