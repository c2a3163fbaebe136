import { isRecord, shownJson } from "../formats/json.ts";

/** More than any vocabulary in use has; what a damaged id cannot exceed. */
const MOST_IDS = 1 << 24;

/** Of byte-pair encoding and WordPiece. */
type TokenIds = Readonly<Record<string, number>>;
/** Of Unigram: the ids are the places. */
type TokenScores = readonly (readonly [token: string, score: number])[];

/**
 * The vocabulary and the added tokens of a file, checked. They are looked up where they lie: a copy of their tens of thousands
 * would for a small model be a good part of the memory that it takes to load it.
 */
export class Vocabulary {
  /** One more than the largest id. */
  size = 1;
  /** Of ids by tokens, the tokens by their ids, without those added; of Unigram none. */
  readonly texts: string[] = [];
  readonly #added = new Map<string, number>();
  readonly #vocab: TokenIds | TokenScores;

  constructor(json: Readonly<Record<string, unknown>>, refuse: (what: string) => Error) {
    const { vocab } = json.model as Record<string, unknown>;
    const check = (token: unknown, id: unknown) => {
      if (
        typeof token !== "string" || !Number.isInteger(id) || id as number < 0 || id as number >= MOST_IDS
      ) {
        throw refuse(`it has the token ${shownJson(token)} with the id ${shownJson(id)}`);
      }
      this.size = Math.max(this.size, id as number + 1);
    };
    if (Array.isArray(vocab)) {
      vocab.forEach((entry, id) => {
        if (!Array.isArray(entry) || typeof entry[1] !== "number") {
          throw refuse(`it has the entry ${shownJson(entry)}`);
        }
        check(entry[0], id);
      });
    } else if (isRecord(vocab)) {
      const tokens = Object.keys(vocab);
      this.texts.length = tokens.length;
      tokens.forEach((token) => {
        check(token, vocab[token]);
        this.texts[vocab[token] as number] = token;
      });
    } else throw refuse("its model has no vocab");
    this.#vocab = vocab as TokenIds | TokenScores;
    const added = json.added_tokens ?? [];
    if (!Array.isArray(added)) throw refuse("its added_tokens are no list");
    for (const token of added) {
      if (!isRecord(token)) throw refuse(`it has the added token ${shownJson(token)}`);
      if (token.single_word) {
        throw refuse(`its added token ${shownJson(token.content)} is for single words alone`);
      }
      check(token.content, token.id);
      this.#added.set(token.content as string, token.id as number);
    }
  }

  idOf(token: string): number | undefined {
    const added = this.#added.get(token);
    if (added !== undefined) return added;
    const vocab = this.#vocab;
    if (!Array.isArray(vocab)) return Object.hasOwn(vocab, token) ? (vocab as TokenIds)[token] : undefined;
    const id = vocab.findLastIndex(([text]) => text === token);
    return id < 0 ? undefined : id;
  }
}
