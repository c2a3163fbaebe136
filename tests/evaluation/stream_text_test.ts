import assert from "node:assert/strict";
import { generate } from "../../lib/evaluation/generate.ts";
import { streamText } from "../../lib/evaluation/stream_text.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** A model without an end, and how often it was called. */
async function withModel(use: (model: Llama, calls: () => number) => Promise<void>): Promise<void> {
  await assertNoLeak(async () => {
    const model = tinyLlama(4);
    let calls = 0;
    const counted = Object.assign(Object.create(model) as Llama, {
      tokenizer: { ...model.tokenizer, eosId: -1 },
      extend: (...args: Parameters<Llama["extend"]>) => {
        calls++;
        return model.extend(...args);
      },
    });
    await use(counted, () => calls);
    model.dispose();
  });
}

Deno.test("streamText gives the text in pieces, each before the next token, and returns the completion", async () => {
  await withModel(async (model, calls) => {
    const [wanted] = await generate(model, ["3 1 4"], { maxNewTokens: 8 });
    const before = calls();
    const stream = streamText(model, "3 1 4", { maxNewTokens: 8 });
    const pieces: string[] = [];
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) {
      pieces.push(next.value);
      assert.ok(calls() - before <= pieces.length + 2);
    }
    assert.deepEqual(next.value, wanted);
    assert.equal(pieces.join(""), wanted!.text);
    assert.ok(pieces.length > 3);
  });
});

Deno.test("leaving the loop ends the work; what it refuses is thrown in the loop", async () => {
  await withModel(async (model, calls) => {
    for await (const piece of streamText(model, "3 1 4", { maxNewTokens: 50 })) {
      assert.ok(piece.length > 0);
      break;
    }
    const left = calls();
    assert.ok(left < 10, `${left}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(calls(), left);

    const refused = async () => {
      for await (const _ of streamText(model, "", {}));
    };
    await assert.rejects(refused, UsageError);
  });
});
