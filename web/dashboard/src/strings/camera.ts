/** The words of the page of this browser's camera. */
import type { CameraFailure } from "../lib/cameras";

const CAMERA_TROUBLE: Readonly<Record<CameraFailure, { what: string; todo: string }>> = {
  insecure: {
    what: "This page came over plain http, and browsers give no camera to such pages.",
    todo: "Open it over https, or on the service's own machine at localhost.",
  },
  unsupported: {
    what: "This browser has no camera interface.",
    todo: "Use a current Chrome, Edge, Firefox or Safari; inside other apps, choose “Open in browser”.",
  },
  denied: {
    what: "The browser keeps the camera from this page.",
    todo: "Allow it: press the sign left of the address (a lock, a camera or sliders), set Camera to Allow, then start again. Where the switch is missing, look in the system's privacy settings whether the browser may use the camera.",
  },
  none: {
    what: "No camera was found.",
    todo: "Plug one in, or open its shutter or switch; then start again. Without one, a phone can be the camera.",
  },
  busy: {
    what: "The camera is there, and another program holds it.",
    todo: "Close the call or the app that uses it, then start again.",
  },
  unfit: {
    what: "That camera is gone.",
    todo: "Choose another one, then start again.",
  },
  failed: {
    what: "The camera did not open.",
    todo: "Plug it in again or restart the browser, then start again.",
  },
};

export const camera = {
  title: "This browser's camera",
  lead: "Pictures go to this service and nowhere else, are measured there and not kept.",
  name: "Stream's name",
  nameHint: "Under it the stream appears on the wall.",
  nameWrong: "Use letters, digits, dot, hyphen and underscore, at most 64, starting with a letter or digit.",
  nameUsed: "A stream of this name is there already and gets its pictures elsewhere. Choose another name.",
  which: "Camera",
  choices: { default: "The browser's choice", front: "Front", back: "Back" } as Readonly<Record<string, string>>,
  start: "Start the camera",
  stop: "Stop",
  tryNow: "Try now",
  stage: "Picture",
  self: "The camera's own picture",
  watch: "Open the stream's page in a new tab",

  states: {
    idle: "Off",
    asking: "Waiting for permission",
    connecting: "Connecting",
    running: "Running",
    waiting: "Interrupted",
    stopped: "Stopped",
  } as const,
  placeholder: "The measured picture appears here, with a box around each face.",
  asking: "The browser asks whether this page may use the camera. Choose “Allow”.",
  connecting: "Connecting to the service.",
  retry: (seconds: number) => (seconds > 0 ? `Next try in ${seconds} s.` : "Trying again."),
  localNote:
    "Previews are switched off for this stream, so this is the camera's own picture: the boxes come a moment later than the faces.",
  paused: "The system has paused the camera. It goes on when this page is in front again.",

  figures: {
    latency: "Latency",
    latencyExplained: "From a picture's capture to its reading, half of them faster; measured by the service.",
    faces: "Faces",
    rate: "Measured",
    rateOf: (fps: string) => `${fps} a second`,
    size: "Picture",
  },

  cameraTrouble: CAMERA_TROUBLE,
  trouble: {
    unreachable: {
      what: "The service does not answer.",
      todo: "Check that it runs and that this device is in its network.",
    },
    unauthorized: { what: "The service did not accept the token.", todo: "Sign in again." },
    taken: { what: "The name is taken.", todo: "Choose another name. If it was this device a moment ago, try again in ten seconds." },
    busy: { what: "The service carries as many cameras as it can.", todo: "Try again when one has stopped." },
    refused: {
      what: (status: number) => `The service did not take the camera (HTTP ${status}).`,
      todo: "Check that the service is current, and read its log.",
    },
    blocked: {
      what: "The service answered, and then no picture came through: the way by UDP is blocked.",
      todo: (places: readonly string[]) =>
        places.length > 0
          ? `Open UDP from this device to ${listed(places)}. The ports are the service's webrtc.udp_ports; where that address cannot be reached from here, set webrtc.addresses (container, NAT) or webrtc.ice_servers (TURN).`
          : "Open the service's webrtc.udp_ports (UDP) from this device.",
    },
    lost: { what: "The connection was lost.", todo: "" },
    unplugged: {
      what: "The camera was unplugged, or its permission was taken back.",
      todo: "Plug it in or allow it, then start again.",
    },
    removed: { what: "The stream was removed at the service.", todo: "Start again to publish it anew." },
  },

  insecure: {
    title: "A camera needs https",
    why: (origin: string) => `This page came from ${origin}. Browsers give a camera only to pages that come over https, or from the very machine they run on.`,
    tls: "The service's own certificate, in its configuration:",
    tlsLines: "server:\n  tls:\n    certificate: /etc/semblance/cert.pem\n    key: /etc/semblance/key.pem",
    tlsHint: "mkcert makes one for a home or office network; the phone must trust its authority.",
    proxy: "Or a proxy with a certificate before it:",
    proxyLine: (port: string) => `caddy reverse-proxy --from semblance.example.org --to 127.0.0.1:${port}`,
    proxyHint: "Pictures do not pass through it: they go straight to the service by UDP.",
    here: "On the service's own machine, no https is needed:",
  },

  phone: {
    title: "A phone as the camera",
    explain: "Scan this with the phone's camera, then press Start there.",
    host: "This machine's name or address",
    hostHint: "“localhost” means the phone itself to a phone. Give what the phone can reach, such as 192.168.1.20 or studio.local.",
    hostWrong: "This is no host name or address.",
    code: (address: string) => `QR code of ${address}`,
    withToken: "With the access token: whoever scans it is signed in",
    plain: "This address is plain http, where a phone's browser gives no camera. Set up https first.",
    plainHow: "How to have https",
  },
} as const;

function listed(places: readonly string[]): string {
  return places.length < 3 ? places.join(" and ") : `${places.slice(0, -1).join(", ")} and ${places.at(-1)}`;
}
