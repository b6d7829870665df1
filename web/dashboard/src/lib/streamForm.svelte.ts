/** What is filled in of a stream, and what of it is to be said to the service. */
import type { Detail, NewStream, PreviewMode, Priority, Sampling, Stream, StreamChange } from "./messages";
import { isMasked, sourceKindOf, WHOLE, type SourceKind } from "./wallSource";

export const DETAILS = ["low", "normal", "high"] as const;
export const SAMPLINGS = ["steady", "adaptive"] as const;
export const PRIORITIES = ["low", "normal", "high"] as const;
export const PREVIEWS = ["default", "full", "blurred", "off"] as const;
type PreviewChoice = (typeof PREVIEWS)[number];

const USUAL_FPS = "10";
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A field of the form that cannot be right, before the service is asked. */
export type Mistake = "idMissing" | "idWrong" | "urlMissing" | "urlMasked" | "fpsWrong";

export class StreamForm {
  id = $state("");
  url = $state("");
  fps = $state(USUAL_FPS);
  sampling = $state<Sampling>("steady");
  priority = $state<Priority>("normal");
  detail = $state<Detail>("normal");
  preview = $state<PreviewChoice>("default");
  loop = $state(false);
  private chosen = $state<SourceKind>("rtsp");

  /** Told by the address as soon as it tells one. */
  readonly kind: SourceKind = $derived.by(() => sourceKindOf(this.url) ?? this.chosen);
  readonly isMasked: boolean = $derived.by(() => isMasked(this.url));

  private readonly opened: string;

  /** `stream` is the one to change, `null` for a new one. */
  constructor(private readonly stream: Stream | null) {
    if (stream !== null) this.take(stream);
    this.opened = this.written();
  }

  private take(stream: Stream): void {
    this.id = stream.id;
    this.url = stream.url;
    this.fps = stream.fps === undefined ? USUAL_FPS : String(stream.fps);
    this.sampling = stream.sampling ?? "steady";
    this.priority = stream.priority ?? "normal";
    this.detail = stream.detail ?? "normal";
    this.preview = stream.previewSetting ?? "default";
    this.loop = stream.loop ?? false;
    this.chosen = sourceKindOf(stream.url) ?? "file";
  }

  /** An address of another kind gives way: to one that is whole as it is, or to none. */
  choose(kind: SourceKind): void {
    const stays = this.url.trim() !== "" && sourceKindOf(this.url) === kind;
    this.chosen = kind;
    if (!stays) this.url = WHOLE[kind] ?? "";
  }

  /** Whether anything is filled in otherwise than when it was opened. */
  isTouched(): boolean {
    return this.written() !== this.opened;
  }

  mistakes(): Mistake[] {
    const mistakes: Mistake[] = [];
    if (this.stream === null && this.id.trim() === "") mistakes.push("idMissing");
    else if (this.stream === null && !ID.test(this.id.trim())) mistakes.push("idWrong");
    mistakes.push(...this.addressMistakes());
    const fps = Number(this.fps.replace(",", "."));
    const isLeft = this.fps.trim() === "" && this.stream === null; // to the service; one that has a rate keeps one
    if (!isLeft && !(fps >= 0.01 && fps <= 120)) mistakes.push("fpsWrong");
    return mistakes;
  }

  addressMistakes(): Mistake[] {
    if (this.url.trim() === "") return ["urlMissing"];
    return this.isMasked && this.url.trim() !== this.stream?.url ? ["urlMasked"] : [];
  }

  /** A whole stream, with nothing in it that the service would choose alike. */
  newStream(): NewStream {
    const { fps, sampling, priority, detail, loop, preview } = this.said();
    return {
      id: this.id.trim(),
      url: this.url.trim(),
      ...(fps === undefined ? {} : { fps }),
      ...(sampling === "steady" ? {} : { sampling }),
      ...(priority === "normal" ? {} : { priority }),
      ...(detail === "normal" ? {} : { detail }),
      ...(loop && this.kind === "file" ? { loop } : {}),
      ...(preview === null ? {} : { preview }),
    };
  }

  /** Only what is another than it was. */
  change(): StreamChange {
    const before = this.stream;
    const { url, fps, sampling, priority, detail, loop, preview } = this.said();
    return {
      ...(url === before?.url ? {} : { url }),
      ...(fps === undefined || fps === before?.fps ? {} : { fps }),
      ...(sampling === (before?.sampling ?? "steady") ? {} : { sampling }),
      ...(priority === (before?.priority ?? "normal") ? {} : { priority }),
      ...(detail === (before?.detail ?? "normal") ? {} : { detail }),
      ...(loop === (before?.loop ?? false) ? {} : { loop }),
      ...(preview === (before?.previewSetting ?? null) ? {} : { preview }),
    };
  }

  private written(): string {
    const { id, url, fps, sampling, priority, detail, preview, loop } = this;
    return JSON.stringify([id, url, fps, sampling, priority, detail, preview, loop]);
  }

  private said() {
    const fps = this.fps.trim() === "" ? undefined : Number(this.fps.replace(",", "."));
    const preview: PreviewMode | null = this.preview === "default" ? null : this.preview;
    const { sampling, priority, detail, loop } = this;
    return { url: this.url.trim(), fps, sampling, priority, detail, loop, preview };
  }
}
