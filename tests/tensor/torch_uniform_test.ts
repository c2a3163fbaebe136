import assert from "node:assert/strict";
import { join } from "node:path";
import { type PeftVera, readPeftAdapter } from "../../lib/formats/peft_adapter.ts";
import { torchUniform } from "../../lib/tensor/torch_uniform.ts";

Deno.test("draws the matrices that PyTorch drew for PEFT's VeRA", async () => {
  const vera = await readPeftAdapter(join(import.meta.dirname!, "../golden/peft/vera")) as PeftVera;
  const draw = torchUniform(vera.projectionKey);
  for (const { shape, data } of [vera.projections!.A, vera.projections!.B]) {
    const bound = Math.sqrt(6 / shape[1]!);
    const drawn = draw(data.length, -bound, bound);
    data.forEach((x, i) =>
      assert.ok(Math.abs(x - drawn[i]!) <= 2e-7, `element ${i} is ${drawn[i]}, PyTorch's ${x}`)
    );
  }
});

Deno.test("one seed gives one sequence, however it is cut; another seed another", () => {
  const [whole, halves] = [torchUniform(5)(10, -2, 3), torchUniform(5)];
  assert.deepEqual([...halves(4, -2, 3), ...halves(6, -2, 3)], [...whole]);
  assert.ok(whole.every((x) => x >= -2 && x < 3));
  assert.notDeepEqual(torchUniform(6)(10, -2, 3), whole);
});
