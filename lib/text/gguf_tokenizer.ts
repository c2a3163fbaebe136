import {
  type GgufMetadata,
  metadataNumber,
  metadataNumbers,
  metadataString,
  metadataStrings,
} from "../formats/gguf_metadata.ts";
import { shownJson } from "../formats/json.ts";
import { UsageError } from "../usage_error.ts";
import { GPT2_WORDS } from "./mend_tokenizer_json.ts";
import { sentencePieceMerges } from "./sentence_piece_merges.ts";
import type { ModelTokenizer } from "./tokenizer.ts";
import { tokenizerFromJson } from "./tokenizer_json.ts";

/** LLaMA-3's split into words, with numbers of up to `digits` digits. */
const llama3Words = (digits: string) =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|` +
  "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** How a text is made ready for byte-level byte-pair encoding, by `tokenizer.ggml.pre`. Adding one is adding a row. */
const WORDS: {
  readonly [pre: string]: {
    /** Patterns, applied one after the other. */
    readonly splits: readonly string[];
    readonly normalizer?: string;
    /** Whether a word that is a token needs no merges. */
    readonly ignoreMerges?: boolean;
  };
} = {
  "gpt-2": { splits: [GPT2_WORDS] },
  "smollm": { splits: ["\\p{N}", GPT2_WORDS] },
  "llama-bpe": { splits: [llama3Words("{1,3}")], ignoreMerges: true },
  "qwen2": { splits: [llama3Words("")], normalizer: "NFC" },
};

/** The types of tokens in `tokenizer.ggml.token_type` that are not found by merging. */
const TYPES = { unknown: 2, control: 3, userDefined: 4 };

/**
 * The tokenizer that a GGUF file carries in its metadata: byte-level byte-pair encoding (`tokenizer.ggml.model`
 * "gpt2"), split into words as `tokenizer.ggml.pre` says, or SentencePiece's with byte tokens ("llama"). `pre`
 * overrides what the file says: transformers' own GGUF reader takes every file of the first kind for "gpt-2".
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
): ModelTokenizer {
  const tokens = metadataStrings(metadata, "tokenizer.ggml.tokens");
  const json = ggufTokenizerJson(metadata, options);
  const specialTokens = rolesOf(metadata, tokens);
  const template = metadata.get("tokenizer.chat_template");
  const chatTemplate = typeof template === "string" ? template : null;
  return tokenizerFromJson(json, { specialTokens, chatTemplate, cleanUp: false }, "the GGUF file's metadata");
}

/**
 * The same tokenizer as the object of a `tokenizer.json`, whole enough for Python's tokenizers.
 *
 * @throws UsageError as {@linkcode tokenizerFromGguf} does
 */
export function ggufTokenizerJson(metadata: GgufMetadata, options: { readonly pre?: string } = {}) {
  const model = metadataString(metadata, "tokenizer.ggml.model");
  if (model !== "gpt2" && model !== "llama") {
    throw new UsageError(
      `the GGUF file's tokenizer is of kind ${
        shownJson(model)
      }; "gpt2" and "llama" are read; choose another file`,
    );
  }
  const tokens = metadataStrings(metadata, "tokenizer.ggml.tokens");
  const types = typesOf(metadata, tokens);
  const begin = rolesOf(metadata, tokens).bos_token;
  const begins = metadata.get("tokenizer.ggml.add_bos_token") ?? model === "llama";
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...tokens.keys()].filter((id) => Object.values(TYPES).includes(types[id])).map((id) => ({
      ...{ id, content: tokens[id], single_word: false, lstrip: false, rstrip: false, normalized: false },
      special: types[id] !== TYPES.userDefined,
    })),
    post_processor: begins === true && begin !== undefined ? beginning(begin, tokens.indexOf(begin)) : null,
    ...(model === "gpt2"
      ? byteLevel(metadata, tokens, options.pre ?? metadataString(metadata, "tokenizer.ggml.pre"))
      : sentencePiece(metadata, tokens, types)),
  };
}

function byteLevel(metadata: GgufMetadata, tokens: readonly string[], pre: string) {
  if (!Object.hasOwn(WORDS, pre)) {
    const known = Object.keys(WORDS).map((name) => `"${name}"`).join(", ");
    throw new UsageError(
      `the pre-tokenizer ${shownJson(pre)} is not known; known are ${known}; choose another file`,
    );
  }
  const { splits, normalizer, ignoreMerges = false } = WORDS[pre];
  const pretokenizers = [
    ...splits.map((Regex) => ({ type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false })),
    { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
  ];
  return {
    normalizer: normalizer ? { type: normalizer } : null,
    pre_tokenizer: { type: "Sequence", pretokenizers },
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: bpe({ vocab: vocabulary(tokens), merges: merges(metadata), ignore_merges: ignoreMerges }),
  };
}

function sentencePiece(metadata: GgufMetadata, tokens: readonly string[], types: ArrayLike<number>) {
  const scores = metadataNumbers(metadata, "tokenizer.ggml.scores");
  if (scores.length !== tokens.length) {
    throw new UsageError(
      `the GGUF metadata have ${tokens.length} tokens and ${scores.length} scores; choose another file`,
    );
  }
  const prefixed = metadata.get("tokenizer.ggml.add_space_prefix") ?? true;
  const space = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const unknown = [...tokens.keys()].find((id) => types[id] === TYPES.unknown);
  return {
    normalizer: {
      type: "Sequence",
      normalizers: [...(prefixed ? [{ type: "Prepend", prepend: "▁" }] : []), space],
    },
    pre_tokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(prefixed ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: bpe({
      unk_token: unknown === undefined ? null : tokens[unknown],
      fuse_unk: true,
      byte_fallback: true,
      vocab: vocabulary(tokens),
      merges: sentencePieceMerges(tokens, scores, types),
    }),
  };
}

/** A model with every field that Python's tokenizers asks for. */
function bpe(fields: object) {
  return {
    ...{
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
    },
    ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false },
    ...fields,
  };
}

/** The special token before every text. */
function beginning(id: string, number: number) {
  const sequence = (name: string, type_id: number) => ({ Sequence: { id: name, type_id } });
  const special = (type_id: number) => ({ SpecialToken: { id, type_id } });
  const single = [special(0), sequence("A", 0)];
  const pair = [...single, special(1), sequence("B", 1)];
  const special_tokens = { [id]: { id, ids: [number], tokens: [id] } };
  return { type: "TemplateProcessing", single, pair, special_tokens };
}

/** The texts of the special tokens that the metadata name by their ids. */
function rolesOf(metadata: GgufMetadata, tokens: readonly string[]): Record<string, string> {
  const roles: Record<string, string> = {};
  for (const [role, name] of [["bos", "bos"], ["eos", "eos"], ["unk", "unknown"], ["pad", "padding"]]) {
    const key = `tokenizer.ggml.${name}_token_id`;
    if (role !== "eos" && !metadata.has(key)) continue;
    const id = metadataNumber(metadata, key);
    if (!(Number.isInteger(id) && id >= 0 && id < tokens.length)) {
      throw new UsageError(`the GGUF metadata's ${key} is ${id}; an id below ${tokens.length} is expected`);
    }
    roles[`${role}_token`] = tokens[id];
  }
  return roles;
}

function typesOf(metadata: GgufMetadata, tokens: readonly string[]): ArrayLike<number> {
  const types = metadataNumbers(metadata, "tokenizer.ggml.token_type");
  if (types.length === tokens.length) return types;
  throw new UsageError(
    `the GGUF metadata have ${tokens.length} tokens and ${types.length} token types; choose another file`,
  );
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
        `the GGUF metadata have the merge ${shownJson(merge)}; two tokens are expected`,
      );
    }
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
}
