import {
  ByteFallbackDecoder,
  type Decoder,
  type Normalizer,
  PrecompiledNormalizer,
  SequenceDecoder,
  SequenceNormalizer,
  Tokenizer as HubTokenizer,
} from "@huggingface/tokenizers";
import { isRecord, shownJson } from "../formats/json.ts";
import { UsageError } from "../usage_error.ts";
import { decodeByteTokens } from "./byte_tokens.ts";
import { Charsmap } from "./charsmap.ts";
import { mendPart } from "./mend_tokenizer_json.ts";
import type { ModelTokenizer } from "./tokenizer.ts";
import { Vocabulary } from "./vocabulary.ts";

/** What is known of a tokenizer beside its `tokenizer.json`. */
export interface TokenizerRoles {
  /** The texts of the special tokens by their roles, such as `eos_token`. */
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly chatTemplate: string | null;
  /** Whether a decoded text loses the spaces before its punctuation. */
  readonly cleanUp: boolean;
}

/**
 * The tokenizer that the JSON of a `tokenizer.json` describes: byte-level BPE, SentencePiece's BPE, WordPiece, Unigram.
 * Its ids are those of the `tokenizers` library. Truncation and padding in the file are passed over.
 *
 * @param path named in messages
 * @throws UsageError where the file is damaged, or has a part that is not read
 */
export function tokenizerFromJson(json: unknown, roles: TokenizerRoles, path: string): ModelTokenizer {
  const refuse = refusal(path);
  if (!isRecord(json) || !isRecord(json.model)) throw refuse("a JSON object with a model is expected");
  const vocabulary = new Vocabulary(json, refuse);
  checkModel(json.model, vocabulary, refuse);
  const part = (name: string) => isRecord(json[name]) ? mendPart(json[name]) : null;
  try {
    const tokenizer = new HubTokenizer({
      added_tokens: json.added_tokens ?? [],
      normalizer: part("normalizer"),
      pre_tokenizer: part("pre_tokenizer"),
      post_processor: part("post_processor"),
      decoder: json.decoder ?? null,
      model: withoutVocabulary(json.model),
    }, { clean_up_tokenization_spaces: roles.cleanUp });
    fillVocabulary(tokenizer.model!, json, vocabulary);
    if (tokenizer.normalizer) useCharsmaps(tokenizer.normalizer);
    if (tokenizer.decoder) useByteTokens(tokenizer.decoder);
    const result = new JsonTokenizer(tokenizer, vocabulary, roles, refuse);
    result.decode([...result.encodeInput(TRIAL).ids, ...result.encodeInput(TRIAL, TRIAL).ids]);
    return result;
  } catch (error) {
    throw error instanceof UsageError ? error : refuse(shownJson((error as Error).message));
  }
}

/** The error for a file. Made here, it holds the path alone and not the file's whole JSON. */
function refusal(path: string): Refuse {
  return (what) => new UsageError(`${path} is no tokenizer that is read: ${what}`);
}

/**
 * The model with no more of its ids by tokens than that of the unknown one. The library would make a pair of each, and keep the
 * whole file: three times the memory of what it needs.
 */
function withoutVocabulary(model: Readonly<Record<string, unknown>>) {
  const { vocab, unk_token: unknown } = model;
  if (!isRecord(vocab)) return model;
  const named = typeof unknown === "string" && Object.hasOwn(vocab, unknown);
  return { ...model, vocab: named ? { [unknown]: vocab[unknown] } : {} };
}

/** Gives the library's model what it was made without; the file's added tokens stand above the vocabulary. */
function fillVocabulary(
  model: NonNullable<HubTokenizer["model"]>,
  json: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): void {
  const { vocab } = json.model as Record<string, unknown>;
  if (!isRecord(vocab)) return;
  model.tokens_to_ids = new TokenIds(vocab as Readonly<Record<string, number>>);
  model.vocab = vocabulary.texts;
  for (const { content, id } of (json.added_tokens ?? []) as AddedToken[]) {
    model.tokens_to_ids.set(content, id);
    model.vocab[id] = content;
  }
}

/** Ids by tokens as they lie in the file's JSON, which a map of all of them would only double; and those put above them. */
class TokenIds extends Map<string, number> {
  constructor(readonly given: Readonly<Record<string, number>>) {
    super();
  }

  override get(token: string): number | undefined {
    return super.get(token) ?? (Object.hasOwn(this.given, token) ? this.given[token] : undefined);
  }

  override has(token: string): boolean {
    return super.has(token) || Object.hasOwn(this.given, token);
  }
}

interface AddedToken {
  readonly content: string;
  readonly id: number;
}

/** What every tokenizer must be able to take apart and put together. */
const TRIAL = "A b, 1.\n日本";

type Refuse = (what: string) => UsageError;

class JsonTokenizer implements ModelTokenizer {
  readonly vocabSize: number;
  readonly eosId: number;
  readonly bosId: number | null;
  readonly padId: number;
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly chatTemplate: string | null;

  constructor(
    readonly tokenizer: HubTokenizer,
    vocabulary: Vocabulary,
    { specialTokens, chatTemplate }: TokenizerRoles,
    readonly refuse: Refuse,
  ) {
    const role = (name: string): number | null => {
      const token = specialTokens[name];
      if (token === undefined) return null;
      const id = vocabulary.idOf(token);
      if (id === undefined) throw refuse(`its ${name} ${shownJson(token)} is not in its vocabulary`);
      return id;
    };
    const eosId = role("eos_token") ?? role("sep_token");
    if (eosId === null) throw refuse("no eos_token or sep_token is named beside it");
    this.vocabSize = vocabulary.size;
    this.eosId = eosId;
    this.bosId = role("bos_token") ?? role("cls_token");
    this.padId = role("pad_token") ?? eosId;
    this.specialTokens = specialTokens;
    this.chatTemplate = chatTemplate;
  }

  encode(text: string): number[] {
    return this.#known(this.tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }).ids);
  }

  encodeInput(text: string, pair?: string) {
    const encoded = this.tokenizer.encode(text.toWellFormed(), {
      text_pair: pair?.toWellFormed() ?? null,
      add_special_tokens: true,
      return_token_type_ids: true,
    });
    return { ids: this.#known(encoded.ids), typeIds: encoded.token_type_ids ?? encoded.ids.map(() => 0) };
  }

  /** The ids, each of which must be one: the library leaves a hole for a token that the file names and has no id for. */
  #known(ids: number[]): number[] {
    if (ids.every((id) => Number.isInteger(id))) return ids;
    throw this.refuse("it gives a token that its vocabulary has not");
  }

  decode(ids: readonly number[], { skipSpecial = true } = {}): string {
    const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < this.vocabSize));
    if (wrong !== undefined) {
      throw new RangeError(`token id ${wrong} is not within 0 to ${this.vocabSize - 1}`);
    }
    return ids.length === 0 ? "" : this.tokenizer.decode([...ids], { skip_special_tokens: skipSpecial });
  }
}

function checkModel(
  model: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  refuse: Refuse,
): void {
  const { type, unk_token: unknown } = model;
  if (typeof unknown === "string" ? vocabulary.idOf(unknown) === undefined : type === "WordPiece") {
    throw refuse(`its unk_token is ${shownJson(unknown)}, and not in its vocabulary`);
  }
  if (type === "BPE") {
    const { merges, continuing_subword_prefix: prefix } = model;
    const isMerge = (merge: unknown) => typeof merge === "string" ? merge.includes(" ") : isPair(merge);
    if (!Array.isArray(merges) || !merges.every(isMerge)) throw refuse("its merges are no list of pairs");
    if (prefix) throw refuse(`its BPE has the continuing_subword_prefix ${shownJson(prefix)}`);
  } else if (type === "Unigram") {
    const { vocab, unk_id, byte_fallback } = model;
    if (!Array.isArray(vocab) || !Number.isInteger(unk_id) || !vocab[unk_id as number]) {
      throw refuse(`its unk_id is ${shownJson(unk_id)}`);
    }
    if (byte_fallback) throw refuse("its Unigram has byte_fallback");
  } else if (type !== "WordPiece") {
    throw refuse(`its model is of type ${shownJson(type)}; BPE, WordPiece and Unigram are read`);
  }
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((token) => typeof token === "string");
}

/** Puts SentencePiece's normalization, which the library guesses, in its place. */
function useCharsmaps(normalizer: Normalizer): void {
  if (normalizer instanceof SequenceNormalizer) {
    normalizer.normalizers.forEach((inner) => inner && useCharsmaps(inner));
  }
  if (normalizer instanceof PrecompiledNormalizer) {
    const map = new Charsmap(Uint8Array.from(atob(normalizer.charsmap), (c) => c.charCodeAt(0)));
    normalizer.normalize = (text) => map.normalize(text);
  }
}

function useByteTokens(decoder: Decoder): void {
  if (decoder instanceof SequenceDecoder) decoder.decoders.forEach(useByteTokens);
  if (decoder instanceof ByteFallbackDecoder) decoder.decode_chain = decodeByteTokens;
}
