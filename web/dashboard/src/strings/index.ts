/** Every word the page shows: a file for each part of it, all of them under one roof. */
import { camera } from "./camera";
import { dialogs } from "./dialogs";
import { embed } from "./embed";
import { events, history, hooks, markers } from "./events";
import { pulse, shell } from "./shell";
import { signIn } from "./signIn";
import { chart, dominant, figures, gaps, happenings, picture, stream, strips, table, timelines } from "./stream";
import { wall } from "./wall";

export * from "./names";

export const strings = {
  product: "Semblance",
  shell,
  pulse,
  wall,
  dialogs,
  stream,
  dominant,
  figures,
  picture,
  table,
  chart,
  timelines,
  gaps,
  strips,
  happenings,
  camera,
  embed,
  events,
  markers,
  hooks,
  history,
  signIn,
} as const;
