import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import {
  type GgufMetadata,
  metadataNumber,
  metadataNumbers,
  metadataString,
  metadataStrings,
} from "../formats/gguf_metadata.ts";
import { UsageError } from "../usage_error.ts";

/** Text to token ids and back. */
export interface Tokenizer {
  /**
   * Ids of the text's tokens. Adds no special token; the text of a special token (such as `<|im_end|>`) in the
   * input becomes that token. A lone surrogate is read as U+FFFD; a byte that the vocabulary lacks (some control
   * characters) is left out.
   */
  encode(text: string): number[];
  /**
   * The text of the tokens, special ones left out unless `skipSpecial` is false; bytes that are not UTF-8 (a
   * character cut in the middle) become U+FFFD. Throws a RangeError for an id outside the vocabulary.
   */
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** Ids are 0 to `vocabSize` − 1. */
  readonly vocabSize: number;
  /** The token that ends a text. */
  readonly eosId: number;
  /** The token that begins a text, if the model has one. */
  readonly bosId: number | null;
  /** The token that fills short rows of a batch: the file's own, else {@link eosId}. */
  readonly padId: number;
}

/**
 * GPT-2's split into words, with White_Space in place of `\s`, which JavaScript understands otherwise than the
 * library that the vocabularies were trained with (U+0085, U+FEFF).
 */
const GPT2_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+";

/** How a text is split before byte-pair encoding, one pattern after the other, by `tokenizer.ggml.pre`. */
const SPLITS: { readonly [pre: string]: readonly string[] } = {
  "gpt-2": [GPT2_WORDS],
  "smollm": ["\\p{N}", GPT2_WORDS],
};

/** The token type of special tokens in `tokenizer.ggml.token_type`. */
const CONTROL = 3;

/**
 * The tokenizer that a GGUF file carries in its metadata: byte-level byte-pair encoding (`tokenizer.ggml.model`
 * "gpt2"), split into words as `tokenizer.ggml.pre` says. `pre` overrides what the file says: transformers' own
 * GGUF reader takes every such file for "gpt-2".
 *
 * @throws UsageError for another kind of tokenizer, or metadata that are incomplete.
 *
 * @example
 * ```ts
 * import { tokenizerFromGguf } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const tokenizer = tokenizerFromGguf(
 *   new Map<string, string | number | string[] | Int32Array>([
 *     ["tokenizer.ggml.model", "gpt2"],
 *     ["tokenizer.ggml.pre", "smollm"],
 *     ["tokenizer.ggml.tokens", ["<end>", "a", "b", "ab"]],
 *     ["tokenizer.ggml.token_type", Int32Array.of(3, 1, 1, 1)],
 *     ["tokenizer.ggml.merges", ["a b"]],
 *     ["tokenizer.ggml.eos_token_id", 0],
 *   ]),
 * );
 * assert.deepEqual(tokenizer.encode("aab<end>"), [1, 3, 0]);
 * assert.equal(tokenizer.decode([1, 3, 0]), "aab");
 * ```
 */
export function tokenizerFromGguf(
  metadata: GgufMetadata,
  options: { readonly pre?: string } = {},
): Tokenizer {
  const model = metadataString(metadata, "tokenizer.ggml.model");
  if (model !== "gpt2") {
    throw new UsageError(
      `the GGUF file's tokenizer is of kind "${model}"; only "gpt2" is read; choose another file`,
    );
  }
  const pre = options.pre ?? metadataString(metadata, "tokenizer.ggml.pre");
  if (!Object.hasOwn(SPLITS, pre)) {
    const known = Object.keys(SPLITS).map((name) => `"${name}"`).join(", ");
    throw new UsageError(`the pre-tokenizer "${pre}" is not known; known are ${known}; choose another file`);
  }
  const tokens = metadataStrings(metadata, "tokenizer.ggml.tokens");
  const special = specialIds(metadata, tokens);
  const tokenizer = new HubTokenizer(
    {
      added_tokens: special.map((id) => ({ id, content: tokens[id], special: true, normalized: false })),
      normalizer: null,
      pre_tokenizer: {
        type: "Sequence",
        pretokenizers: [
          ...SPLITS[pre].map((pattern) => ({
            type: "Split",
            pattern: { Regex: pattern },
            behavior: "Isolated",
            invert: false,
          })),
          { type: "ByteLevel", add_prefix_space: false, use_regex: false },
        ],
      },
      post_processor: null,
      decoder: { type: "ByteLevel" },
      model: { type: "BPE", vocab: vocabulary(tokens), merges: merges(metadata) },
    },
    { clean_up_tokenization_spaces: false },
  );

  const tokenId = (key: string): number => {
    const id = metadataNumber(metadata, key);
    if (Number.isInteger(id) && id >= 0 && id < tokens.length) return id;
    throw new UsageError(`the GGUF metadata's ${key} is ${id}; an id below ${tokens.length} is expected`);
  };
  const optionalId = (key: string): number | null => metadata.has(key) ? tokenId(key) : null;
  const eosId = tokenId("tokenizer.ggml.eos_token_id");
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids, { skipSpecial = true } = {}) => {
      const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < tokens.length));
      if (wrong !== undefined) {
        throw new RangeError(`token id ${wrong} is not within 0 to ${tokens.length - 1}`);
      }
      return ids.length === 0 ? "" : tokenizer.decode([...ids], { skip_special_tokens: skipSpecial });
    },
    vocabSize: tokens.length,
    eosId,
    bosId: optionalId("tokenizer.ggml.bos_token_id"),
    padId: optionalId("tokenizer.ggml.padding_token_id") ?? eosId,
  };
}

function specialIds(metadata: GgufMetadata, tokens: readonly string[]): number[] {
  const types = metadataNumbers(metadata, "tokenizer.ggml.token_type");
  if (types.length !== tokens.length) {
    throw new UsageError(
      `the GGUF metadata have ${tokens.length} tokens and ${types.length} token types; choose another file`,
    );
  }
  return [...tokens.keys()].filter((id) => types[id] === CONTROL);
}

function vocabulary(tokens: readonly string[]): { [token: string]: number } {
  const vocab: { [token: string]: number } = Object.create(null);
  tokens.forEach((token, id) => vocab[token] = id);
  return vocab;
}

function merges(metadata: GgufMetadata): [string, string][] {
  return metadataStrings(metadata, "tokenizer.ggml.merges").map((merge) => {
    const space = merge.indexOf(" ");
    if (space < 1) {
      throw new UsageError(
        `the GGUF metadata have the merge ${JSON.stringify(merge)}; two tokens are expected`,
      );
    }
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
}
