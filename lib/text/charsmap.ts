/**
 * SentencePiece's precompiled normalization: a double-array trie of UTF-8 byte strings, and the texts that replace them.
 * Format: a 32-bit length in bytes, the trie's 32-bit units, the texts, each ended by a zero byte.
 *
 * A text is taken apart into graphemes; one of fewer than six bytes is looked up as a whole, then each of its characters
 * alone, and in either case the shortest beginning that the trie has decides. This is how the library behaves that the
 * models' published tokenizers were checked with (huggingface/spm_precompiled).
 *
 * @example
 * ```ts
 * import { Charsmap } from "./charsmap.ts";
 * import assert from "node:assert/strict";
 *
 * const empty = Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0);
 * assert.equal(new Charsmap(empty).normalize("ﬁ"), "ﬁ");
 * ```
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #known = new Map<string, string | null>();
  readonly #graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

  /** Throws a RangeError if the bytes are no such map. */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(0, true);
    if (length % 4 !== 0 || 4 + length > bytes.length) {
      throw new RangeError(`the trie would have ${length} of ${bytes.length} bytes`);
    }
    this.#units = Uint32Array.from({ length: length / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#texts = bytes.subarray(4 + length);
  }

  normalize(text: string): string {
    let result = "";
    for (const { segment } of this.#graphemes.segment(text)) {
      result += this.#replacement(segment) ?? Array.from(segment, (c) => this.#replacement(c) ?? c).join("");
    }
    return result;
  }

  #replacement(piece: string): string | null {
    let found = this.#known.get(piece);
    if (found === undefined) {
      const bytes = new TextEncoder().encode(piece);
      const at = bytes.length < 6 ? this.#find(bytes) : -1;
      found = at < 0 ? null : this.#textAt(at);
      this.#known.set(piece, found);
    }
    return found;
  }

  /** Where the replacement of the shortest beginning of `key` lies, or −1. */
  #find(key: Uint8Array): number {
    let node = offsetOf(this.#units[0] ?? 0);
    for (const byte of key) {
      node ^= byte;
      const unit = this.#units[node];
      if (unit === undefined || labelOf(unit) !== byte) return -1;
      node ^= offsetOf(unit);
      if (hasLeaf(unit)) return (this.#units[node] ?? 0) & 0x7fffffff;
    }
    return -1;
  }

  #textAt(at: number): string {
    const end = this.#texts.indexOf(0, at);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      this.#texts.subarray(at, end < 0 ? this.#texts.length : end),
    );
  }
}

const labelOf = (unit: number) => (unit & 0x800000ff) >>> 0;
const hasLeaf = (unit: number) => ((unit >>> 8) & 1) === 1;
const offsetOf = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);
