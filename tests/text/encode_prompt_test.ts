import assert from "node:assert/strict";
import { encodePrompt } from "../../lib/text/encode_prompt.ts";
import { tokenizerFromFolder } from "../../lib/text/tokenizer_folder.ts";
import { decoderFolder } from "../models/golden_decoders.ts";

Deno.test("encodePrompt: the token that begins a text stands there once, for models that have one", async () => {
  const [mistral, qwen2] = [
    await tokenizerFromFolder(decoderFolder("mistral")),
    await tokenizerFromFolder(decoderFolder("qwen2")),
  ];
  const bare = mistral.encode("hi");
  assert.deepEqual(encodePrompt(mistral, "hi"), [1, ...bare]);
  assert.deepEqual(encodePrompt(mistral, "<s>hi"), [1, ...bare]);
  assert.deepEqual(encodePrompt(qwen2, "hi"), bare);
  const { encode, decode, vocabSize, eosId, bosId, padId } = mistral;
  const plain = { encode: encode.bind(mistral), decode, vocabSize, eosId, bosId, padId };
  assert.deepEqual(encodePrompt(plain, "hi"), bare);
});
