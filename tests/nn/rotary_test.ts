import assert from "node:assert/strict";
import { type RotaryScaling, rotaryTable } from "../../lib/nn/rotary.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** The angles of one position, of the pairs of a head of 8 with θ = 100, for angles below π. */
async function angles(position: number, scaling?: RotaryScaling): Promise<number[]> {
  const table = rotaryTable([position], { heads: 1, headDim: 8, theta: 100, scaling });
  const [cos, sin] = [await table.cos.data(), await table.sin.data()];
  dispose(table);
  return [0, 1, 2, 3].map((pair) => Math.atan2(sin[pair]!, cos[pair]!));
}

const near = (given: number[], expected: number[]) =>
  given.forEach((angle, i) =>
    assert.ok(Math.abs(angle - expected[i]!) < 1e-5, `${given} against ${expected}`)
  );

Deno.test("rotaryTable: linear scaling puts a position where its quotient was", () =>
  assertNoLeak(async () => {
    near(await angles(3, { rope_type: "linear", factor: 3 }), await angles(1));
  }));

Deno.test("rotaryTable: llama3 keeps short wavelengths, stretches long ones and passes between", () =>
  assertNoLeak(async () => {
    const scaling = {
      ...{ rope_type: "llama3", factor: 4, low_freq_factor: 1, high_freq_factor: 4 } as const,
      original_max_position_embeddings: 40,
    };
    // Wavelengths 6.3, 19.9, 62.8 and 199 tokens; those below 40 / 4 stay, those above 40 / 1 are stretched.
    const [first, second, third, last] = await angles(1);
    const share = (40 * second! / (2 * Math.PI) - 1) / 3;
    const between = share * second! + (1 - share) * second! / 4;
    near(await angles(1, scaling), [first!, between, third! / 4, last! / 4]);
  }));
