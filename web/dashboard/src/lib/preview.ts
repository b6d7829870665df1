/** The binary message with the picture that was measured: a length, a JSON header, a JPEG. */
import type { PreviewMode } from "./messages";

export interface Preview {
  readonly stream: string;
  /** That of the reading with the faces of this very frame. */
  readonly sequence: number;
  readonly capturedAt: string;
  /** Of the measured frame; the JPEG has the same shape and may be smaller. */
  readonly width: number;
  readonly height: number;
  readonly mode: PreviewMode;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

const LENGTH_BYTES = 2;
const decoder = new TextDecoder();

/** `null` for a binary message that is no preview. */
export function parsePreview(data: ArrayBuffer): Preview | null {
  if (data.byteLength < LENGTH_BYTES) return null;
  const body = LENGTH_BYTES + new DataView(data).getUint16(0);
  if (body >= data.byteLength) return null;
  const header: unknown = JSON.parse(decoder.decode(new Uint8Array(data, LENGTH_BYTES, body - LENGTH_BYTES)));
  if (typeof header !== "object" || header === null || !("type" in header) || header.type !== "preview") return null;
  return { ...(header as unknown as Omit<Preview, "jpeg">), jpeg: new Uint8Array(data, body) };
}
