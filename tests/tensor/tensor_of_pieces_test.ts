import assert from "node:assert/strict";
import { nodeBackend } from "../../lib/tensor/node_backend.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { tensorOfPieces } from "../../lib/tensor/tensor_of_pieces.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** 0, 1, 2 … in pieces of at most `most` numbers, all in one array. */
async function* counting(size: number, most: number) {
  const array = new Float32Array(most);
  for (let done = 0; done < size; done += most) {
    const piece = array.subarray(0, Math.min(most, size - done));
    piece.forEach((_, i) => piece[i] = done + i);
    yield await Promise.resolve(piece);
  }
  array.fill(NaN);
}

async function check(): Promise<void> {
  for (const [shape, most] of [[[5, 3], 6], [[5, 3], 15], [[7], 4], [[7], 7], [[2, 3, 4], 12]] as const) {
    const size = shape.reduce((product: number, n) => product * n, 1);
    const tensor = await tensorOfPieces(counting(size, most), [...shape] as [number, number]);
    assert.deepEqual(tensor.shape, shape);
    assert.deepEqual([...await tensor.data()], Array.from({ length: size }, (_, i) => i));
    tensor.dispose();
  }
}

Deno.test("a tensor has the numbers of its pieces, whose array may change afterwards", () =>
  assertNoLeak(check));

Deno.test({
  name: "likewise where numbers cannot be put into a tensor's memory, as on a GPU",
  ignore: !hasRawOps(),
  fn: async () => {
    const backend = nodeBackend() as { isUsingGpuDevice: boolean };
    const there = backend.isUsingGpuDevice;
    backend.isUsingGpuDevice = true;
    try {
      await assertNoLeak(check);
    } finally {
      backend.isUsingGpuDevice = there;
    }
  },
});

Deno.test("pieces that fail leave nothing behind", () =>
  assertNoLeak(async () => {
    async function* cut() {
      yield await Promise.resolve(new Float32Array(6));
      throw new Error("cut");
    }
    await assert.rejects(tensorOfPieces(cut(), [4, 3]), /^Error: cut$/);
  }));

Deno.test({
  name: "numbers beyond a tensor's end, and a tensor that is not there, are refused",
  ignore: !hasRawOps() || !nodeBackend().binding.writeNumbers,
  fn: async () => {
    const { binding, tensorMap } = nodeBackend();
    const tensor = await tensorOfPieces(counting(6, 6), [2, 3]);
    const { id } = tensorMap.get(tensor.dataId);
    const numbers = new Float32Array(3);
    for (const from of [-1, 4, 2 ** 40]) {
      assert.throws(() => binding.writeNumbers!(id, from, numbers), /do not fit/);
    }
    assert.throws(() => binding.writeNumbers!(1e9, 0, numbers), /no tensor/);
    assert.deepEqual([...await tensor.data()], [0, 1, 2, 3, 4, 5]);
    tensor.dispose();
  },
});
