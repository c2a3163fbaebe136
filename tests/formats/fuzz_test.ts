/**
 * Damaged files of every format are loaded or refused with a UsageError; none crashes, hangs, or asks for more memory than a
 * small multiple of its own size. A few are tried in the gate, more with NLORA_FUZZ (see fuzz.ts).
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { openGguf } from "../../lib/formats/gguf.ts";
import { type PeftAdapter, readPeftAdapter, writePeftAdapter } from "../../lib/formats/peft_adapter.ts";
import { openSafetensorsFile } from "../../lib/formats/safetensors_file.ts";
import { openSafetensorsFolder } from "../../lib/formats/safetensors_folder.ts";
import { tokenizerFromGguf } from "../../lib/text/gguf_tokenizer.ts";
import type { Tokenizer } from "../../lib/text/tokenizer.ts";
import { tokenizerFromFolder } from "../../lib/text/tokenizer_folder.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { fuzz } from "./fuzz.ts";
import { hostileBytes, hostileJson, hostileSafetensors } from "./hostile.ts";
import { array, f32, text, tinyGguf, type TinyPair, type TinyTensor, u32 } from "./tiny_gguf.ts";

const folder = temporaryFolder();
const place = (...parts: string[]) => joinPath(folder, ...parts);
const goldens = new URL("../golden/", import.meta.url).pathname;
const TEXTS = ["", "a b", "The shop sells 12 apples.\n\n  It isn't “open”: 日本 😀 \ud800 <s>[MASK]"];

async function tokenize(tokenizer: Tokenizer): Promise<void> {
  for (const text of TEXTS) {
    const ids = tokenizer.encode(text);
    assert.ok(ids.every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.vocabSize), `ids ${ids}`);
    tokenizer.decode(ids);
  }
  await Promise.resolve();
}

Deno.test("damaged safetensors are loaded or refused", async () => {
  const whole = readFileSync(joinPath(goldens, "peft", "lora", "adapter_model.safetensors"));
  const path = place("one.safetensors");
  await fuzz(0.25, (n) => hostileSafetensors(new Uint8Array(whole), n, 1), path, async () => {
    await using file = await openSafetensorsFile(path);
    for (const name of file.tensors.keys()) await file.read(name);
  });
});

Deno.test("damaged indexes of shards are loaded or refused", async () => {
  mkdirSync(place("sharded"));
  const shard = place("sharded", "model-00001-of-00001.safetensors");
  writeFileSync(shard, readFileSync(joinPath(goldens, "peft", "lora", "adapter_model.safetensors")));
  const index = { metadata: { total_size: 1 }, weight_map: { a: "model-00001-of-00001.safetensors" } };
  const path = place("sharded", "model.safetensors.index.json");
  await fuzz(0.05, (n) => hostileJson(index, n, 2), path, async () => {
    await using file = await openSafetensorsFolder(place("sharded"));
    assert.ok(file.tensors.size > 0);
  });
});

const TENSORS: readonly TinyTensor[] = [
  { name: "matrix", dims: [3, 2], type: 0, bytes: f32(1, 2, 3, 4, 5, 6) },
  ...[[2, 18], [6, 22], [8, 34]].map(([type, bytes]) => (
    { name: `type_${type}`, dims: [32, 2], type: type!, bytes: new Uint8Array(2 * bytes!).fill(7) }
  )),
  ...[[10, 84], [12, 144], [14, 210]].map(([type, bytes]) => (
    { name: `type_${type}`, dims: [256], type: type!, bytes: new Uint8Array(bytes!).fill(9) }
  )),
];

const TOKENS = ["<unk>", "a", "b", "ab", "Ġ", "<end>"];
const PAIRS: readonly TinyPair[] = [
  ["general.architecture", 8, text("llama")],
  ["tokenizer.ggml.model", 8, text("gpt2")],
  ["tokenizer.ggml.pre", 8, text("smollm")],
  ["tokenizer.ggml.tokens", 9, array(8, TOKENS.map(text))],
  ["tokenizer.ggml.token_type", 9, array(5, [3, 1, 1, 1, 1, 3].map(u32))],
  ["tokenizer.ggml.merges", 9, array(8, [text("a b")])],
  ["tokenizer.ggml.eos_token_id", 4, u32(5)],
];

const PIECES: readonly TinyPair[] = PAIRS.map((pair) => {
  if (pair[0] === "tokenizer.ggml.model") return [pair[0], 8, text("llama")];
  return pair[0] === "tokenizer.ggml.merges"
    ? ["tokenizer.ggml.scores", 9, array(6, TOKENS.map(() => f32(-1)))]
    : pair;
});

for (const [i, pairs] of [PAIRS, PIECES].entries()) {
  Deno.test(`damaged GGUF files and the tokenizers in them are loaded or refused: ${i ? "pieces" : "merges"}`, async () => {
    const path = place(`${i}.gguf`);
    await fuzz(0.12, (n) => hostileBytes(tinyGguf(pairs, TENSORS), n, 3 + i), path, async () => {
      await using file = await openGguf(path);
      for (const name of file.tensors.keys()) await file.read(name);
      await tokenize(tokenizerFromGguf(file.metadata));
    });
  });
}

for (const [i, kind] of ["smollm", "llama2", "bert", "deberta_v5", "roberta"].entries()) {
  Deno.test(`damaged tokenizers like ${kind}'s are loaded or refused`, async () => {
    mkdirSync(place(kind));
    const path = place(kind, "tokenizer.json");
    const json = JSON.parse(readFileSync(joinPath(goldens, "tokenizers", `${kind}.json`), "utf8"));
    const eos_token = json.added_tokens[0].content;
    writeFileSync(place(kind, "tokenizer_config.json"), JSON.stringify({ eos_token }));
    await fuzz(0.05, (n) => hostileJson(json, n, 10 + i), path, async () => {
      const tokenizer = await tokenizerFromFolder(place(kind));
      await tokenize(tokenizer);
      tokenizer.encodeInput("a b", "c");
    });
  });
}

Deno.test("damaged tokenizer_config.json are loaded or refused", async () => {
  mkdirSync(place("config"));
  writeFileSync(
    place("config", "tokenizer.json"),
    readFileSync(joinPath(goldens, "tokenizers", "bert.json")),
  );
  const config = {
    sep_token: "[SEP]",
    cls_token: { content: "[CLS]" },
    pad_token: "[PAD]",
    chat_template: "x",
  };
  await fuzz(0.05, (n) => hostileJson(config, n, 20), place("config", "tokenizer_config.json"), async () => {
    await tokenize(await tokenizerFromFolder(place("config")));
  });
});

for (const [i, golden] of ["patterns", "dora", "vera"].entries()) {
  const home = joinPath(goldens, "peft", golden);
  const files = ["adapter_config.json", "adapter_model.safetensors"] as const;

  Deno.test(`damaged adapters like ${golden} are loaded or refused`, async () => {
    mkdirSync(place(golden));
    const [config, tensors] = files.map((name) => new Uint8Array(readFileSync(joinPath(home, name))));
    const load = async () => {
      const adapter: PeftAdapter = await readPeftAdapter(place(golden));
      await writePeftAdapter(place(`${golden}_again`), adapter);
    };
    writeFileSync(place(golden, files[1]), tensors!);
    const json = JSON.parse(new TextDecoder().decode(config));
    await fuzz(0.04, (n) => hostileJson(json, n, 30 + i), place(golden, files[0]), load);
    writeFileSync(place(golden, files[0]), config!);
    await fuzz(0.04, (n) => hostileSafetensors(tensors!, n, 40 + i), place(golden, files[1]), load);
  });
}
