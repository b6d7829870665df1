/** Names of emotions and states, and what to do about errors. */
import type { Emotion } from "../lib/emotions";
import type { StreamState } from "../lib/messages";

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
