import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openGguf } from "../../lib/formats/gguf.ts";
import type { GgufValue } from "../../lib/formats/gguf_value.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tokenizerFromGguf } from "../../lib/text/gguf_tokenizer.ts";
import type { ModelTokenizer } from "../../lib/text/tokenizer.ts";
import { UsageError } from "../../lib/usage_error.ts";

const root = new URL("../..", import.meta.url).pathname;
const model = join(process.env.NLORA_HOME ?? join(root, ".nlora"), "models", "smollm2-135m-instruct.gguf");
const absent = !existsSync(model);
const skipped = absent ? " (skipped: SmolLM2 is not in .nlora/models; run the quickstart's set-up)" : "";

interface Golden {
  readonly strings: string[];
  readonly ids: number[][];
  readonly gpt2_ids: (number[] | null)[];
  readonly decoded: string[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("../golden/smollm2.json", import.meta.url), "utf8"),
).tokenizer;

/** The ASCII control characters that SmolLM2's vocabulary lacks. */
const WITHOUT_TOKEN = [4, 6, 19, 20, 22, 29];

async function smollm2(pre?: string): Promise<ModelTokenizer> {
  await using gguf = await openGguf(model);
  return tokenizerFromGguf(gguf.metadata, { pre });
}

const TINY: readonly (readonly [string, GgufValue])[] = [
  ["tokenizer.ggml.model", "gpt2"],
  ["tokenizer.ggml.pre", "smollm"],
  ["tokenizer.ggml.tokens", ["<end>", "a", "b", "ab", "1", "2", "Ġ"]],
  ["tokenizer.ggml.token_type", Int32Array.of(3, 1, 1, 1, 1, 1, 1)],
  ["tokenizer.ggml.merges", ["a b", "1 2"]],
  ["tokenizer.ggml.eos_token_id", 0],
];

function tiny(changes: { readonly [key: string]: GgufValue | undefined } = {}): ModelTokenizer {
  const metadata = new Map(TINY);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) metadata.delete(`tokenizer.ggml.${key}`);
    else metadata.set(`tokenizer.ggml.${key}`, value);
  }
  return tokenizerFromGguf(metadata);
}

Deno.test("a tiny tokenizer merges, keeps digits apart, knows its special tokens", () => {
  const tokenizer = tiny();
  assert.deepEqual(tokenizer.encode("abba 12<end>"), [3, 2, 1, 6, 4, 5, 0]);
  assert.equal(tokenizer.decode([3, 2, 1, 6, 4, 5, 0]), "abba 12");
  assert.equal(tokenizer.decode([3, 0], { skipSpecial: false }), "ab<end>");
  assert.deepEqual(tokenizer.encode(""), []);
  assert.equal(tokenizer.decode([]), "");
  assert.equal(tokenizer.vocabSize, 7);
  assert.deepEqual([tokenizer.eosId, tokenizer.bosId, tokenizer.padId], [0, null, 0]);
  assert.equal(tiny({ padding_token_id: 6 }).padId, 6);
});

Deno.test("an id outside the vocabulary is a RangeError", () => {
  for (const id of [-1, 7, 1.5, NaN]) assert.throws(() => tiny().decode([1, id]), RangeError);
});

Deno.test("refuses tokenizers of another kind and incomplete ones", () => {
  const cases: readonly [changes: { readonly [key: string]: GgufValue | undefined }, message: RegExp][] = [
    [{ model: "bert" }, /of kind "bert"; "gpt2" and "llama" are read/],
    [{ model: "llama" }, /tokenizer.ggml.scores: an array of numbers is expected/],
    [{ model: "llama", scores: Float32Array.of(1) }, /7 tokens and 1 scores/],
    [{ model: undefined }, /tokenizer.ggml.model: a string is expected, nothing is there/],
    [
      { pre: "falcon" },
      /pre-tokenizer "falcon" is not known; known are "gpt-2", "smollm", "llama-bpe", "qwen2"/,
    ],
    [{ pre: "__proto__" }, /is not known/],
    [{ tokens: undefined }, /tokenizer.ggml.tokens/],
    [{ tokens: ["a"] }, /1 tokens and 7 token types/],
    [{ merges: ["ab"] }, /the merge "ab"; two tokens are expected/],
    [{ eos_token_id: 7 }, /eos_token_id is 7; an id below 7/],
    [{ eos_token_id: undefined }, /eos_token_id: a number is expected/],
  ];
  for (const [changes, message] of cases) {
    assert.throws(
      () => tiny(changes),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  }
});

/** The metadata that a GGUF file would have for a golden tokenizer.json. */
function metadataOf(kind: string, pre: string | null): Map<string, GgufValue> {
  const json = JSON.parse(
    readFileSync(new URL(`../golden/tokenizers/${kind}.json`, import.meta.url), "utf8"),
  );
  const added = new Map<string, { id: number }>(
    json.added_tokens.map((t: { content: string }) => [t.content, t]),
  );
  const tokens = Object.entries<number>(json.model.vocab).sort((a, b) => a[1] - b[1]).map(([token]) => token);
  const type = (token: string) =>
    token === "<unk>" ? 2 : added.has(token) ? 3 : /^<0x..>$/.test(token) ? 6 : 1;
  const first = json.post_processor?.single?.[0] ?? json.post_processor?.processors?.[1].single[0];
  const begin = first ? tokens.indexOf(first.SpecialToken.id) : null;
  return new Map<string, GgufValue>([
    ["tokenizer.ggml.model", pre ? "gpt2" : "llama"],
    ["tokenizer.ggml.tokens", tokens],
    ["tokenizer.ggml.token_type", Int32Array.from(tokens, type)],
    ["tokenizer.ggml.eos_token_id", [...added.values()].at(-1)!.id],
    ...(begin === null
      ? []
      : [["tokenizer.ggml.bos_token_id", begin], ["tokenizer.ggml.add_bos_token", true]] as const),
    ...(pre
      ? [["tokenizer.ggml.pre", pre], [
        "tokenizer.ggml.merges",
        json.model.merges.map((merge: string[]) => merge.join(" ")),
      ]] as const
      // The pieces' own scores fall with their ids.
      : [["tokenizer.ggml.scores", Float32Array.from(tokens, (_, id) => -id)]] as const),
  ]);
}

const { strings, kinds } = JSON.parse(
  readFileSync(new URL("../golden/tokenizers/golden.json", import.meta.url), "utf8"),
);
const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

for (
  const [kind, pre] of [["smollm", "smollm"], ["llama3", "llama-bpe"], ["qwen2", "qwen2"], [
    "llama2",
    null,
  ]] as const
) {
  Deno.test(`${kind}: the tokenizer of a GGUF file gives the ids and texts of the model's own`, () =>
    compare(tokenizerFromGguf(metadataOf(kind, pre)), kind));
}

Deno.test({
  name:
    `SmolLM2: ids and texts of ${strings.length} odd strings are those of the tokenizers library${skipped}`,
  ignore: absent,
  fn: async () => compare(await smollm2(), "smollm2"),
});

function compare(tokenizer: ModelTokenizer, kind: string): void {
  const { plain, special, decoded } = kinds[kind];
  assert.ok(strings.length >= 2000);
  strings.forEach((text: string, i: number) => {
    const at = (digests: string) => digests.slice(8 * i, 8 * i + 8);
    const ids = tokenizer.encode(text);
    assert.equal(short(ids.join()), at(plain), JSON.stringify(text));
    assert.equal(short(tokenizer.encodeInput(text).ids.join()), at(special), JSON.stringify(text));
    assert.equal(short(tokenizer.decode(ids, { skipSpecial: false })), at(decoded), JSON.stringify(text));
  });
}

Deno.test({
  name: `SmolLM2: ids and texts of ${golden.strings.length} odd strings are transformers'${skipped}`,
  ignore: absent,
  fn: async () => {
    assert.ok(golden.strings.length >= 300);
    const tokenizer = await smollm2();
    golden.strings.forEach((text, i) => {
      assert.deepEqual(tokenizer.encode(text), golden.ids[i], JSON.stringify(text));
      assert.equal(tokenizer.decode(golden.ids[i]), golden.decoded[i]);
    });
  },
});

Deno.test({
  name:
    `SmolLM2: with "gpt-2" in place of the file's pre-tokenizer, ids are those of transformers' GGUF reader${skipped}`,
  ignore: absent,
  fn: async () => {
    const tokenizer = await smollm2("gpt-2");
    golden.strings.forEach((text, i) => {
      assert.deepEqual(tokenizer.encode(text), golden.gpt2_ids[i] ?? golden.ids[i], JSON.stringify(text));
    });
  },
});

Deno.test({
  name:
    `SmolLM2: any text comes back from its ids, a lone surrogate as U+FFFD, a byte without a token not at all${skipped}`,
  ignore: absent,
  fn: async () => {
    const tokenizer = await smollm2();
    const random = new Random(1);
    for (let round = 0; round < 300; round++) {
      const units = Array.from(
        { length: random.int(30) },
        () => random.int(random.pick([0x80, 0x800, 0x10000])),
      );
      const text = String.fromCharCode(...units.filter((unit) => !WITHOUT_TOKEN.includes(unit)));
      const back = tokenizer.decode(tokenizer.encode(text), { skipSpecial: false });
      assert.equal(back, text.toWellFormed());
    }
    assert.equal(tokenizer.decode(tokenizer.encode("a\ud800b")), "a\ufffdb");
    assert.deepEqual(tokenizer.encode(String.fromCharCode(...WITHOUT_TOKEN)), []);
  },
});

Deno.test({
  name: `SmolLM2: special ids are those of the file${skipped}`,
  ignore: absent,
  fn: async () => {
    const { vocabSize, eosId, bosId, padId } = await smollm2();
    assert.deepEqual({ vocabSize, eosId, bosId, padId }, { vocabSize: 49152, eosId: 2, bosId: 1, padId: 2 });
  },
});
