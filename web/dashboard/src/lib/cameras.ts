/** This device's cameras: which there are, opening one, and why one does not open. */

export type CameraFailure =
  /** The page came over plain http, where browsers give no camera. */
  | "insecure"
  | "unsupported"
  | "denied"
  | "none"
  | "busy"
  /** The one that was chosen is gone, or cannot do what it is asked for. */
  | "unfit"
  | "failed";

export class CameraError extends Error {
  constructor(
    readonly kind: CameraFailure,
    /** What the browser said, for the kind `failed`. */
    readonly said = "",
  ) {
    super(said || kind);
  }
}

/** Which camera: the one the browser takes by itself, one that looks a way, or one by its id. */
export type CameraChoice = "default" | "front" | "back" | `device:${string}`;

export interface Camera {
  readonly choice: CameraChoice;
  /** `null` for front and back. */
  readonly label: string | null;
}

const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** Opens a camera, which makes the browser ask. Raises `CameraError`. */
export async function openCamera(choice: CameraChoice): Promise<MediaStream> {
  if (!window.isSecureContext) throw new CameraError("insecure");
  if (navigator.mediaDevices?.getUserMedia === undefined) throw new CameraError("unsupported");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...pointing(choice) } });
  } catch (error) {
    throw new CameraError(cameraFailure(error), error instanceof Error ? error.message : String(error));
  }
}

/** What can be chosen. Before the first permission a browser names no camera: then there is nothing but ways to look. */
export async function listCameras(handheld: boolean): Promise<readonly Camera[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return choices(devices.filter((device) => device.kind === "videoinput"), handheld);
}

/** `handheld` where front and back are what one thinks in. */
export function choices(devices: readonly MediaDeviceInfo[], handheld: boolean): readonly Camera[] {
  const ways: Camera[] = [
    { choice: "front", label: null },
    { choice: "back", label: null },
  ];
  const named = devices
    .filter((device) => device.label !== "" && device.deviceId !== "")
    .map((device): Camera => ({ choice: `device:${device.deviceId}`, label: device.label }));
  return [...(handheld ? ways : [{ choice: "default", label: null } as const]), ...(handheld && named.length <= 2 ? [] : named)];
}

/** Whether it looks at the one who holds it, so that its picture is shown as a mirror would. */
export function looksBack(facingMode: string | undefined, label: string, handheld: boolean): boolean {
  if (facingMode !== undefined) return facingMode === "user";
  if (/back|rear|environment/i.test(label)) return false;
  return !handheld || /front|user|face/i.test(label); // a desk's camera stands on the screen
}

export function cameraFailure(error: unknown): CameraFailure {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "OverconstrainedError":
      return "unfit";
    default:
      return "failed";
  }
}

function pointing(choice: CameraChoice): MediaTrackConstraints {
  switch (choice) {
    case "default":
      return {};
    case "front":
      return { facingMode: "user" };
    case "back":
      return { facingMode: "environment" };
    default:
      return { deviceId: { exact: choice.slice("device:".length) } };
  }
}
