/** Every word the page shows, in one place. */
import type { Emotion } from "./lib/emotions";
import type { StreamState } from "./lib/messages";

export const emotionNames: Readonly<Record<Emotion, string>> = {
  anger: "Anger",
  contempt: "Contempt",
  disgust: "Disgust",
  fear: "Fear",
  happiness: "Happiness",
  neutral: "Neutral",
  sadness: "Sadness",
  surprise: "Surprise",
};

export const stateNames: Readonly<Record<StreamState, string>> = {
  connecting: "Connecting",
  running: "Running",
  reconnecting: "Reconnecting",
  ended: "Ended",
  failed: "Failed",
};

/** What to do about a stream's error, by its code. */
export const errorRemedies: Readonly<Record<string, string>> = {
  unreachable: "Check the host and port, and that the camera is on and in reach of this machine.",
  unauthorized: "Check the user name and password in the address: rtsp://user:password@host/path.",
  notFound: "The camera answers but knows no such path. Check the part after the host.",
  timeout: "The camera took the connection and then said nothing. Check the port, and whether too many viewers are on it.",
  tls: "The certificate was not accepted. Check the host name and the camera's date.",
  codec: "The video is in a format that cannot be decoded. Set the camera to H.264 or H.265.",
  protocol: "What answers there does not speak this protocol. Check the scheme and the port.",
  ended: "The video has come to its end.",
};

export const strings = {
  product: "Semblance",
  skip: "Skip to the scores",

  honesty:
    "Apparent expression: what a face seems to show, as a classifier reads it. It does not claim to know what a person feels.",

  pulse: {
    connecting: "Connecting",
    live: "Live",
    idle: "Connected, no stream runs",
    unauthorized: "Signed out",
    notLive: "Not live",
    silent: (seconds: number) => `Not live: silent for ${seconds} s`,
    offline: (seconds: number) => (seconds > 0 ? `Not live: next try in ${seconds} s` : "Not live: trying again"),
    offlineWhy: (reason: string) => `Connection lost: ${reason}.`,
    figures: "States and figures could not be fetched",
  },

  list: {
    title: "Streams",
    empty: "None yet.",
    loading: "Asking the service.",
    asOf: (time: string) => `as of ${time}, not live`,
    since: (age: string) => `for ${age}`,
    fps: (fps: string) => `${fps} fps`,
    faces: (count: number) => (count === 1 ? "1 face" : `${count} faces`),
    noFace: "no face",
    unread: "face not readable",
    remove: (id: string) => `Remove ${id}`,
    removeQuestion: (id: string) => `Stop ${id} and drop its history?`,
    removeYes: "Remove",
    removeNo: "Keep",
    removeFailed: "It was not removed:",
    changed: (id: string, state: string) => `${id}: ${state}`,
  },

  add: {
    title: "Add a stream",
    id: "Name",
    idHint: "Letters, digits, dot, hyphen, underscore.",
    url: "Address",
    urlHint: "rtsp://user:password@camera/path, http(s), rtmp, srt, a file, /dev/video0, or pattern:",
    fps: "Frames per second",
    fpsHint: "Analysed at most; 10 is plenty for a face.",
    submit: "Add stream",
    busy: "Adding",
    notAdded: "The stream was not added.",
    taken: "Choose another name, or remove the stream that has it.",
    unreachable: "The service did not answer. Check that it still runs, then try again.",
    remedies: {
      id: "Use letters, digits, dot, hyphen and underscore, at most 64, starting with a letter or digit.",
      url: "Give a whole address, for example rtsp://192.168.1.20/stream1, or pattern: for the test picture.",
      fps: "Give a number above 0, at most 120.",
    } as Readonly<Record<string, string>>,
  },

  empty: {
    title: "No stream yet",
    camera: "Have a camera? Give its RTSP address, and its scores move here a few seconds later.",
    cameraButton: "Add a camera",
    demo: "No camera at hand? The rendered test stream shows drawn people going through eight expressions.",
    demoButton: "Show the test stream",
    command: "The same from a terminal:",
    commandLine: "semblance demo",
  },

  signIn: {
    title: "This service wants a token",
    explain: "It is in the service's configuration under auth: tokens. It stays in this tab and is forgotten when the tab closes.",
    label: "Access token",
    submit: "Sign in",
    refused: "The service did not accept that token. Check it, and try again.",
  },

  stream: {
    window: "Window",
    windowOf: (length: string) => `mean over ${length}`,
    span: "Time shown",
    errorFor: (age: string) => `For ${age}.`,
    triedAgain: "It is tried again by itself.",
    notTriedAgain: "It is not tried again: remove the stream and add it anew.",
  },

  dominant: {
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
  },

  chart: {
    title: "Mean scores",
    description: (window: string, span: string) => `Line chart of the eight mean scores per ${window} window over ${span}.`,
    historyFailed: "Earlier scores could not be loaded; the lines start when this page did.",
    empty: "The lines start with the first complete window.",
    older: "No scores in the time shown.",
  },

  table: {
    title: "Window in figures",
    now: "latest window",
    at: (time: string) => `window ending ${time}`,
    emotion: "Expression",
    mean: "Mean score",
    share: "Share of faces",
    shareExplained: "Share of the face observations whose top score it is",
    trace: (name: string) => `Trace ${name} in the chart`,
    none: "none",
  },

  figures: {
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
  },
} as const;
