/** The words of the dialogs that add, change and remove a stream. */
import type { SourceKind } from "../lib/wallSource";

interface SourceWords {
  readonly name: string;
  readonly example: string;
  readonly hint: string;
}

const sources: Readonly<Record<SourceKind, SourceWords>> = {
  rtsp: {
    name: "Camera",
    example: "rtsp://user:password@192.168.1.20/stream1",
    hint: "Most network cameras: user, password, host and path as the camera's manual gives them; rtsps:// with TLS.",
  },
  http: {
    name: "Web video",
    example: "http://192.168.1.20/video.mjpg",
    hint: "MJPEG or HLS (.m3u8) over http:// or https://. rtmp:// and srt:// work here too.",
  },
  whep: {
    name: "WebRTC server",
    example: "wheps://media.example/lobby/whep",
    hint: "Pulled by WHEP from MediaMTX, go2rtc and the like: whep:// where it speaks http, wheps:// where https. A token goes before the host: wheps://token@host/path.",
  },
  device: {
    name: "Webcam",
    example: "/dev/video0",
    hint: "A webcam or capture card of the machine that Semblance runs on, not of the one this page is open on.",
  },
  file: {
    name: "File",
    example: "/srv/video/entrance.mp4",
    hint: "A video on the machine that Semblance runs on, played at its own speed.",
  },
  pattern: {
    name: "Test pattern",
    example: "pattern:?people=2",
    hint: "Drawn people going through eight expressions. Settings: people=1 to 6, seed, width, height, fps, hold.",
  },
  whip: {
    name: "Published to here",
    example: "whip:",
    hint: "Waits until OBS, GStreamer, FFmpeg or a browser publishes to it by WHIP.",
  },
};

export const dialogs = {
  close: "Close",
  addTitle: "Add a stream",
  editTitle: (id: string) => `Settings of ${id}`,

  id: "Name",
  idHint: "Letters, digits, dot, hyphen, underscore. It cannot be changed later.",
  source: "Where the video comes from",
  sources,
  url: "Address",
  example: (example: string) => `For example ${example}`,
  urlMasked: "User name and password are not shown. They stay as they are while the address is left as it is.",
  urlWriteAnew:
    "*** stands for what is not shown. Write user name and password anew, or leave the whole address as it was.",

  publish: {
    title: "Publish to",
    needsId: "Give the stream a name, and the address to publish to stands here.",
    copy: "Copy",
    copied: "Copied",
    obs: "OBS 30 or newer: Settings, Stream, service WHIP, with this address as the server.",
    token: "Bearer token: the access token that you signed in with.",
    noToken: "Bearer token: leave it empty, this service wants none.",
    loopback: "As it stands it works on this machine only; from another one use a name or address of this machine that it can reach.",
  },

  test: "Test address",
  testing: "Testing",
  testingExplained: "Waiting for the first picture. Where nothing answers, it takes some seconds to be sure of.",
  testOk: "A picture came.",
  testFailed: "No picture came.",
  testBusy: "The service is testing other addresses. Try again in some seconds.",
  resolution: (width: number, height: number) => `${width} × ${height}`,
  rate: (fps: string) => `${fps} fps`,

  fps: "Frames a second",
  fpsHint: "Analysed at most; 10 is plenty for a face.",
  detail: "Detail",
  detailHint: "How small faces may be. The more, the more each frame costs.",
  details: { low: "Low: only near faces", normal: "Normal", high: "High: crowds, far faces" },
  sampling: "Sampling",
  samplingHint: "Adaptive: fewer frames are analysed while the scores stand still or nobody is there.",
  samplings: { steady: "Steady", adaptive: "Adaptive" },
  priority: "Priority",
  priorityHint: "Its share where not all frames can be analysed.",
  priorities: { low: "Low: half", normal: "Normal", high: "High: double" },
  preview: "Preview pictures",
  previewHint: "What pages may show of the video.",
  previews: { default: "Default", full: "Full", blurred: "Faces blurred", off: "Off" },
  loop: "Play it again from the start when it ends",

  add: "Add stream",
  adding: "Adding",
  save: "Save",
  saving: "Saving",
  cancel: "Cancel",
  notAdded: "The stream was not added.",
  notSaved: "The change was not saved.",
  taken: "Choose another name, or remove the stream that has it.",
  gone: "The stream is not there any more: somebody removed it.",
  unreachable: "The service did not answer. Check that it still runs, then try again.",
  remedies: {
    id: "Use letters, digits, dot, hyphen and underscore, at most 64, starting with a letter or digit.",
    url: "Give a whole address, for example rtsp://192.168.1.20/stream1, or pattern: for the test picture.",
    fps: "Give a number from 0.01 to 120.",
  } as Readonly<Record<string, string>>,
  several: "See what is marked above.",
  missing: {
    id: "The stream needs a name.",
    url: "The stream needs an address.",
  },

  remove: "Remove",
  removing: "Removing",
  removeTitle: (id: string) => `Remove ${id}?`,
  removeExplained: "The service stops looking at it and drops its history. Whoever publishes to it is disconnected.",
  removeConfirm: "Remove stream",
  keep: "Keep",
  notRemoved: "It was not removed:",
} as const;
