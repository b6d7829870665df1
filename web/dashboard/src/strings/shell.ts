/** The words of the page's frame. */

export const shell = {
  skip: "Skip to the content",
  wall: "Wall",
  camera: "Camera",
  events: "Events",
  views: "Views",
  loading: "Loading",
  notLoaded: "This view could not be loaded. Check that the service still runs, then load the page anew.",
  loadAgain: "Load the page anew",
  broken: "This view met an error of its own and has stopped. The rest of the page goes on.",
  tryAgain: "Show it again",
  nowhere: "There is nothing at this address.",
  toWall: "To the wall",
  honesty:
    "Apparent expression: what a face seems to show, as a classifier reads it. It does not claim to know what a person feels.",
} as const;

export const pulse = {
  connecting: "Connecting",
  live: "Live",
  idle: "Connected, no stream in view runs",
  unauthorized: "Signed out",
  notLive: "Not live",
  silent: (seconds: number) => `Not live: silent for ${seconds} s`,
  offline: (seconds: number) => (seconds > 0 ? `Not live: next try in ${seconds} s` : "Not live: trying again"),
  offlineWhy: (reason: string) => `Connection lost: ${reason}.`,
  figures: "States and figures could not be fetched",
} as const;
