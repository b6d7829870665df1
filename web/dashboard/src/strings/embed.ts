/** The words of the embedded view, and of the piece of markup that embeds it. */

export const embed = {
  title: (id: string) => `Apparent expression: ${id}`,
  unknown: (id: string) => `There is no stream “${id}”`,
  noWindow: (name: string, windows: string) => `There is no window “${name}”; there are ${windows}.`,
  notLive: "Not live",
  waiting: "Waiting for the first scores",
  noFace: "No face",
  unread: "Not readable",
  connecting: "Connecting",
  offline: (seconds: number) => (seconds > 0 ? `no connection to the service, next try in ${seconds} s` : "no connection to the service"),
  silent: (seconds: number) => `nothing heard for ${seconds} s`,
  scores: "Mean scores",
  shareOf: (name: string, share: string) => `${name} ${share}`,
  since: (age: string) => `for ${age}`,

  snippet: {
    title: "Embed",
    explain: "For another page or a wall display. It shows what is chosen here, and nothing to press.",
    show: "Shows",
    parts: { picture: "Picture", dominant: "Dominant", scores: "Scores", timeline: "Timeline" } as Readonly<Record<string, string>>,
    theme: "Colours",
    themes: { auto: "Viewer's", light: "Light", dark: "Dark" } as Readonly<Record<string, string>>,
    transparent: "Transparent background",
    markup: "Markup for another page",
    address: "Address for a wall display",
    copy: "Copy",
    copied: "Copied",
    notCopied: "Select the text and copy it",
    token: "This service wants a token. A viewer types it in, or the address carries it behind “#token=”, where it is neither sent nor logged; give it only to those who may see everything.",
    open: "Open it",
  },
} as const;
