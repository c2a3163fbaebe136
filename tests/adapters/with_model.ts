import type { Llama } from "../../lib/models/llama.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

/** Runs `body` with a tiny random model and fails if tensors are left behind. */
export async function withModel(body: (model: Llama) => Promise<void>): Promise<void> {
  await assertNoLeak(async () => {
    const model = tinyLlama(1);
    await body(model);
    model.dispose();
  });
}
