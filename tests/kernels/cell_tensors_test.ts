import assert from "node:assert/strict";
import v8 from "node:v8";
import vm from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { CellTensors } from "../../kernels/cell_tensors.ts";
import { adapt } from "../../lib/adapters/adapt.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

v8.setFlagsFromString("--expose-gc");
const tensors = new CellTensors(vm.runInNewContext("gc"));
await useBackend();
/** What the cells of a test keep, as a notebook's global variables do. */
let globals: Record<string, unknown> = {};

/** Runs a cell and tells how many tensors it leaves, and what its end freed. */
async function cell(body: () => unknown): Promise<{ left: number; freed: number; bytes: number }> {
  const before = tf.memory().numTensors;
  await body();
  const { count, bytes } = await tensors.endCell();
  return { left: tf.memory().numTensors - before, freed: count, bytes };
}

Deno.test("what a chain of calls leaves between is freed and counted; its result in a variable stays", async () => {
  globals = {};
  const seen = await cell(() => {
    globals.y = tf.sum(tf.square(tf.ones([100])));
  });
  assert.deepEqual(seen, { left: 1, freed: 2, bytes: 800 });
  assert.deepEqual([...await (globals.y as tf.Tensor).data()], [100]);
  (globals.y as tf.Tensor).dispose();
});

Deno.test("tensors in objects, arrays, maps, class fields, closures and pending promises stay whole", async () => {
  class Holder {
    #tensor = tf.scalar(5);
    get tensor() {
      return this.#tensor;
    }
  }
  globals = {};
  const later = Promise.withResolvers<void>();
  const seen = await cell(() => {
    globals.object = { deep: [tf.scalar(1)] };
    globals.map = new Map([["key", tf.scalar(2)]]);
    globals.set = new Set([tf.scalar(3)]);
    const captured = tf.scalar(4);
    globals.closure = () => captured;
    globals.holder = new Holder();
    const waits = async () => {
      const tensor = tf.scalar(6);
      await later.promise;
      return tensor;
    };
    globals.promise = waits();
    globals.generator = (function* () {
      const tensor = tf.scalar(7);
      yield;
      yield tensor;
    })();
    (globals.generator as Generator).next();
  });
  assert.deepEqual(seen, { left: 7, freed: 0, bytes: 0 });
  later.resolve();
  const { object, map, set, closure, holder, promise, generator } = globals as {
    object: { deep: tf.Tensor[] };
    map: Map<string, tf.Tensor>;
    set: Set<tf.Tensor>;
    closure: () => tf.Tensor;
    holder: Holder;
    promise: Promise<tf.Tensor>;
    generator: Generator<tf.Tensor>;
  };
  const kept = [
    object.deep[0]!,
    map.get("key")!,
    ...set,
    closure(),
    holder.tensor,
    await promise,
    generator.next().value as tf.Tensor,
  ];
  for (const [i, tensor] of kept.entries()) assert.deepEqual([...await tensor.data()], [i + 1]);
  tf.dispose(kept);
});

Deno.test("of two tensors that share their data the unreachable one goes, and the data stays", async () => {
  globals = {};
  const seen = await cell(() => {
    globals.y = tf.reshape(tf.tensor1d([1, 2, 3, 4]), [2, 2]);
  });
  assert.deepEqual([seen.left, seen.freed], [1, 1]);
  assert.deepEqual([...await (globals.y as tf.Tensor).data()], [1, 2, 3, 4]);
  (globals.y as tf.Tensor).dispose();
});

Deno.test("what leaves tf.tidy, or is kept in it, is watched; what it disposes is not counted", async () => {
  globals = {};
  const seen = await cell(() => {
    tf.tidy(() => {
      tf.square(tf.ones([10]));
      tf.keep(tf.ones([3]));
      return tf.tidy(() => tf.ones([5]));
    });
    globals.kept = tf.tidy(() => tf.keep(tf.scalar(1)));
  });
  assert.deepEqual(seen, { left: 1, freed: 2, bytes: 32 });
  (globals.kept as tf.Tensor).dispose();
});

Deno.test("a tensor whose variable took another value is freed later, and not counted for the later cell", async () => {
  globals = {};
  await cell(() => {
    globals.x = tf.ones([10]);
  });
  const seen = await cell(() => {
    globals.x = tf.zeros([10]);
  });
  assert.deepEqual(seen, { left: 0, freed: 0, bytes: 0 });
  (globals.x as tf.Tensor).dispose();
});

Deno.test("values that are being read arrive, though no variable holds their tensor", async () => {
  globals = {};
  await cell(() => {
    globals.values = tf.square(tf.tensor1d([1, 2, 3])).data();
  });
  assert.deepEqual([...await globals.values as Float32Array], [1, 4, 9]);
  const before = tf.memory().numTensors;
  await cell(() => tf.scalar(0)); // by now the tensor itself can go
  assert.ok(tf.memory().numTensors <= before);
});

Deno.test("variables of TensorFlow.js take new values and stay", async () => {
  globals = {};
  const seen = await cell(() => {
    const variable = tf.variable(tf.scalar(1), true, "held by its name");
    variable.assign(tf.scalar(2));
  });
  assert.equal(seen.left, 1);
  const variable = tf.engine().registeredVariables["held by its name"]!;
  assert.deepEqual([...await variable.data()], [2]);
  variable.dispose();
});

Deno.test("a model and an adapter in variables keep all their weights", async () => {
  globals = {};
  await cell(async () => {
    const model = tinyLlama();
    globals = { model, adapter: await adapt(model, { method: "nlora", rank: 2 }) };
  });
  const { model, adapter } = globals as {
    model: ReturnType<typeof tinyLlama>;
    adapter: Awaited<ReturnType<typeof adapt>>;
  };
  const seen = await cell(() => {
    const logits = model.logits(Int32Array.from([3, 1, 4]), 1);
    assert.deepEqual(logits.shape, [3, 23]);
  });
  assert.deepEqual([seen.left, seen.freed], [0, 1]);
  adapter.remove();
  model.dispose();
});

Deno.test("a cell that leaves no tensor collects nothing", async () => {
  let collections = 0;
  const watched = new CellTensors(() => void collections++);
  tf.ones([3]).dispose();
  tf.tidy(() => void tf.square(tf.ones([3])));
  await watched.endCell();
  assert.equal(collections, 0);
});
