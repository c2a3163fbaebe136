import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openGguf } from "../../lib/formats/gguf.ts";
import type { GgufValue } from "../../lib/formats/gguf_value.ts";
import { Random } from "../../lib/tensor/random.ts";
import { type Tokenizer, tokenizerFromGguf } from "../../lib/text/tokenizer.ts";
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

async function smollm2(pre?: string): Promise<Tokenizer> {
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

function tiny(changes: { readonly [key: string]: GgufValue | undefined } = {}): Tokenizer {
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
    [{ model: "llama" }, /of kind "llama"; only "gpt2" is read/],
    [{ model: undefined }, /tokenizer.ggml.model: a string is expected, nothing is there/],
    [{ pre: "qwen2" }, /pre-tokenizer "qwen2" is not known; known are "gpt-2", "smollm"/],
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
