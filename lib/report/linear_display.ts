import type { Linear } from "../nn/linear.ts";
import { escapeHtml } from "./escape_html.ts";
import type { MediaBundle } from "./jupyter.ts";
import { linearWords } from "./linear_words.ts";

/** A linear map on one line: its name, the shape (m, n) and storage of its weight, and the factors beside it. */
export function linearBundle(linear: Linear): MediaBundle {
  const text = `${linear.name} ${linearWords(linear)}`;
  return { "text/html": `<code>${escapeHtml(text)}</code>`, "text/plain": text };
}
