import { describe, expect, it } from "vitest";

import type { Stream } from "./messages";
import { StreamForm } from "./streamForm.svelte";

const LOBBY = { id: "lobby", url: "rtsp://***@10.0.0.7/stream2", fps: 10, detail: "normal", preview: "full", previewSetting: null, loop: false } as Stream;

describe("a stream to be added", () => {
  it("says only what is not left to the service", () => {
    const form = new StreamForm(null);
    form.id = " lobby ";
    form.url = " pattern: ";
    expect(form.newStream()).toEqual({ id: "lobby", url: "pattern:", fps: 10 });
    form.fps = "";
    form.preview = "blurred";
    form.detail = "high";
    form.priority = "low";
    form.sampling = "adaptive";
    expect(form.newStream()).toEqual({ id: "lobby", url: "pattern:", sampling: "adaptive", priority: "low", detail: "high", preview: "blurred" });
  });

  it("plays again only what is a file", () => {
    const form = new StreamForm(null);
    form.id = "lobby";
    form.loop = true;
    form.url = "/srv/lobby.mp4";
    expect(form.newStream().loop).toBe(true);
    form.url = "pattern:";
    expect(form.newStream().loop).toBeUndefined();
  });

  it("knows its mistakes before the service is asked", () => {
    const form = new StreamForm(null);
    form.fps = "0";
    expect(form.mistakes()).toEqual(["idMissing", "urlMissing", "fpsWrong"]);
    form.id = "-lobby";
    form.url = "rtsp://***@10.0.0.7/";
    form.fps = "2,5";
    expect(form.mistakes()).toEqual(["idWrong", "urlMasked"]);
  });

  it("takes an address that is whole from its kind, and keeps one that is of it", () => {
    const form = new StreamForm(null);
    form.choose("whip");
    expect([form.url, form.kind]).toEqual(["whip:", "whip"]);
    form.url = "https://10.0.0.7/a.m3u8";
    expect(form.kind).toBe("http");
    form.choose("http");
    expect(form.url).toBe("https://10.0.0.7/a.m3u8");
    form.choose("rtsp");
    expect([form.url, form.kind]).toEqual(["", "rtsp"]);
  });
});

describe("a stream to be changed", () => {
  it("says nothing of what stayed, and takes the masked address as it is", () => {
    const form = new StreamForm(LOBBY);
    expect(form.change()).toEqual({});
    expect(form.mistakes()).toEqual([]);
    form.fps = "5";
    form.preview = "off";
    form.priority = "high";
    form.sampling = "adaptive";
    expect(form.change()).toEqual({ fps: 5, sampling: "adaptive", priority: "high", preview: "off" });
  });

  it("tells a picture of its own from the service's, and gives it back", () => {
    const form = new StreamForm(LOBBY);
    expect(form.preview).toBe("default");
    form.preview = "full";
    expect(form.change()).toEqual({ preview: "full" });

    const own = new StreamForm({ ...LOBBY, previewSetting: "full" });
    expect(own.preview).toBe("full");
    expect(own.change()).toEqual({});
    own.preview = "default";
    expect(own.change()).toEqual({ preview: null });
  });

  it("needs a rate, and does not take an empty field for no change", () => {
    const form = new StreamForm(LOBBY);
    form.fps = " ";
    expect(form.mistakes()).toEqual(["fpsWrong"]);
  });

  it("knows whether anything of it was touched", () => {
    const form = new StreamForm(LOBBY);
    expect(form.isTouched()).toBe(false);
    form.detail = "high";
    expect(form.isTouched()).toBe(true);
    form.detail = "normal";
    expect(form.isTouched()).toBe(false);
  });

  it("does not send stars in place of a password", () => {
    const form = new StreamForm(LOBBY);
    form.url = "rtsp://***@10.0.0.8/stream2";
    expect(form.mistakes()).toEqual(["urlMasked"]);
    form.url = "rtsp://user:new@10.0.0.8/stream2";
    expect(form.mistakes()).toEqual([]);
    expect(form.change()).toEqual({ url: "rtsp://user:new@10.0.0.8/stream2" });
  });
});
