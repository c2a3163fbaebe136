import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { nodeBackend } from "../../lib/tensor/node_backend.ts";
import { peakMemory } from "../../lib/tensor/peak_memory.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { zeros } from "../../lib/tensor/zeros.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const ignore = !hasRawOps() || nodeBackend().isUsingGpuDevice || Deno.build.os !== "linux";
const mebibyte = 2 ** 20;

Deno.test({
  name: "tensors of many sizes that come and go in any order keep their numbers (tensorflow's CPU only)",
  ignore,
  fn: () =>
    assertNoLeak(async () => {
      const random = new Random(3);
      const kept: { tensor: tf.Tensor; value: number }[] = [];
      for (let value = 1; value <= 200; value++) {
        const size = Math.floor(2 ** (10 + 10 * random.uniform(1)[0]!)); // 4 KiB to 4 MiB
        kept.push({ tensor: tf.fill([size], value), value });
        if (kept.length < 30) continue;
        const [gone] = kept.splice(random.int(kept.length), 1);
        const { tensor } = gone!;
        const [low, high] = [tf.min(tensor), tf.max(tensor)];
        assert.deepEqual([...await low.data(), ...await high.data()], [gone!.value, gone!.value]);
        tf.dispose([tensor, low, high]);
        if (value % 50 === 0) nodeBackend().binding.releaseFreeMemory();
      }
      tf.dispose(kept.map(({ tensor }) => tensor));
    }),
});

Deno.test({
  name: "what small tensors leave free between others goes to larger ones (tensorflow's CPU only)",
  ignore,
  fn: () =>
    assertNoLeak(() => {
      peakMemory.start();
      const before = peakMemory.read();
      const small = Array.from({ length: 128 }, () => zeros<tf.Rank.R1>([mebibyte / 4]));
      tf.dispose(small.filter((_, i) => i % 2 === 1));
      const large = Array.from({ length: 32 }, () => zeros<tf.Rank.R1>([mebibyte / 2]));
      const grown = (peakMemory.read() - before) / mebibyte;
      tf.dispose([...small.filter((_, i) => i % 2 === 0), ...large]);
      assert.ok(grown < 170, `${grown} MiB for 128 MiB of tensors`); // 192 where the holes stay empty
    }),
});
