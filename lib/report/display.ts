import { Buffer } from "node:buffer";
import { broadcaster } from "./broadcaster.ts";
import type { MediaBundle } from "./jupyter.ts";
import { mediaBundle } from "./media_bundle.ts";
import { type Placing, showBundle } from "./show_bundle.ts";

/** Shows values in a notebook; each call resolves when the value is on its way. */
export interface Display {
  /** Shows a value as the richest that it knows; see {@linkcode mediaBundle}. */
  (value: unknown, placing?: Placing): Promise<void>;
  html(text: string, placing?: Placing): Promise<void>;
  markdown(text: string, placing?: Placing): Promise<void>;
  /** A formula, with or without the dollars around it. */
  latex(text: string, placing?: Placing): Promise<void>;
  svg(text: string, placing?: Placing): Promise<void>;
  /** @param bytes of a PNG file */
  png(bytes: Uint8Array, placing?: Placing): Promise<void>;
  /** A value as a tree that unfolds. */
  json(value: unknown, placing?: Placing): Promise<void>;
  /** Empties the output of the cell; with `wait` not until the next output comes, so that nothing flickers. */
  clear(options?: { wait?: boolean }): Promise<void>;
  /** Resolves when all that was to be shown until now is on its way. */
  settled(): Promise<void>;
}

/** What is shown comes in the order of the calls, whether they are awaited or not. */
let last: Promise<void> = Promise.resolve();

/**
 * Shows values in the notebook that this runs in; elsewhere their texts go to standard output. With an `id` an output has a
 * name, and with `{ id, update: true }` a later one takes its place.
 *
 * @example
 * ```ts
 * import { display } from "nlora";
 *
 * await display.markdown("**Step 1** of 2", { id: "step" });
 * await display.markdown("**Step 2** of 2", { id: "step", update: true });
 * ```
 */
export const display: Display = Object.assign(
  (value: unknown, placing?: Placing) => inTurn(() => mediaBundle(value), placing),
  {
    html: (text: string, placing?: Placing) =>
      show({ "text/html": text, "text/plain": withoutTags(text) }, placing),
    markdown: (text: string, placing?: Placing) =>
      show({ "text/markdown": text, "text/plain": text }, placing),
    latex(text: string, placing?: Placing) {
      const formula = /^\s*(\$|\\begin|\\\[)/.test(text) ? text : `$$${text}$$`;
      return show({ "text/markdown": formula, "text/latex": formula, "text/plain": text }, placing);
    },
    svg: (text: string, placing?: Placing) =>
      show({ "image/svg+xml": text, "text/plain": withoutTags(text) || "a picture" }, placing),
    png: (bytes: Uint8Array, placing?: Placing) =>
      show({ "image/png": Buffer.from(bytes).toString("base64"), "text/plain": pngWords(bytes) }, placing),
    json(value: unknown, placing?: Placing) {
      const text = JSON.stringify(value, null, 2) ?? "null";
      return show({ "application/json": JSON.parse(text), "text/plain": text }, placing);
    },
    clear: ({ wait = false }: { wait?: boolean } = {}) =>
      inOrder(async () => await broadcaster()?.broadcast("clear_output", { wait })),
    settled: () => last,
  },
);

function show(bundle: MediaBundle, placing?: Placing): Promise<void> {
  return inTurn(() => bundle, placing);
}

/** Shows what `bundle` gives; reading begins now, so that a tensor may be disposed while others still wait. */
function inTurn(bundle: () => MediaBundle | Promise<MediaBundle>, placing?: Placing): Promise<void> {
  const ready = (async () => await bundle())();
  ready.catch(() => {}); // told to the caller when its turn comes
  return inOrder(async () => {
    const host = broadcaster();
    const data = await ready;
    if (host) await showBundle(host, data, placing);
    else console.log(data["text/plain"]);
  });
}

function inOrder(act: () => Promise<void>): Promise<void> {
  const done = last.then(act);
  last = done.catch(() => {});
  return done;
}

function withoutTags(markup: string): string {
  return markup.replace(/<(style|script)[^]*?<\/\1>|<[^>]*>/g, " ").replace(/\s+/g, " ").trim();
}

/** Width and height stand at a fixed place in every PNG file. */
function pngWords(bytes: Uint8Array): string {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length < 24
    ? "an empty picture"
    : `a picture, ${head.getUint32(16)} × ${head.getUint32(20)} pixels`;
}
