import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { type PeftOptions, savePeft } from "../../lib/adapters/save_peft.ts";
import {
  type PeftLora,
  type PeftVera,
  readPeftAdapter,
  writePeftAdapter,
} from "../../lib/formats/peft_adapter.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { goldenFolder, goldenLlama } from "./golden_llama.ts";

const backend = await useBackend();
/** On an emulated card fewer methods are written. */
const emulated = /llvmpipe|swiftshader/i.test(backend.device);

interface Golden {
  readonly ids: number[];
  readonly base: number[][];
  /** By the golden's folder: the logits of every token after PEFT has read it. */
  readonly cases: Record<string, number[][]>;
}
const golden: Golden = JSON.parse(readFileSync(join(goldenFolder, "logits.json"), "utf8"));
const ids = Int32Array.from(golden.ids);
const near = { rtol: 0, atol: 1e-4 };

async function withGolden(use: (model: Llama) => Promise<void>): Promise<void> {
  await assertNoLeak(async () => {
    const model = await goldenLlama();
    try {
      await use(model);
    } finally {
      model.dispose();
    }
  });
}

async function assertLogits(model: Llama, expected: readonly number[][] | tf.Tensor): Promise<void> {
  const logits = model.logits(ids, 1);
  try {
    await assertAllClose(logits, expected instanceof tf.Tensor ? expected : expected.flat(), near);
  } finally {
    logits.dispose();
  }
}

const loaded: readonly [name: string, method: string][] = [
  ...["lora", "rslora", "patterns", "rslora_patterns", "layers"].map((name) =>
    [name, "lora"] as [string, string]
  ),
  ...["pissa_converted", "olora_converted"].map((name) => [name, "lora"] as [string, string]),
  ["dora", "dora"],
  ["pissa", "pissa"],
  ["olora", "olora"],
  ["vera", "vera"],
  ["vera_unsaved", "vera"],
];

for (const [name, method] of loaded) {
  Deno.test(`PEFT's adapter ${name} gives PEFT's logits`, async () => {
    await withGolden(async (model) => {
      await assertLogits(model, golden.base);
      const adapter = await loadPeft(model, join(goldenFolder, name));
      assert.equal(adapter.spec.method, method);
      await assertLogits(model, golden.cases[name]!);
      adapter.merge();
      await assertLogits(model, golden.cases[name]!);
      adapter.remove();
      await assertLogits(model, golden.base);
    });
  });
}

Deno.test("what PEFT itself does not read as it was trained is refused", async () => {
  await withGolden(async (model) => {
    await assert.rejects(loadPeft(model, join(goldenFolder, "pissa_niter")), /pissa_niter_4/);
    await assertLogits(model, golden.base);
  });
});

Deno.test("a loaded adapter has PEFT's ranks, alphas and targets", async () => {
  await withGolden(async (model) => {
    const lora = await loadPeft(model, join(goldenFolder, "lora"));
    assert.deepEqual(lora.spec.targets, ["q_proj", "v_proj"]);
    assert.deepEqual([lora.spec.rank, lora.spec.alpha, lora.spec.rslora], [3, 6, false]);
    assert.equal(lora.parameters.length, 2 * 4);
    lora.remove();
    const layers = await loadPeft(model, join(goldenFolder, "layers"));
    assert.deepEqual(layers.spec.targets, ["model.layers.1.mlp.gate_proj", "model.layers.1.mlp.up_proj"]);
    layers.remove();
  });
});

const rank3: Partial<AdapterOptions> = { rank: 3, alpha: 6 };
const written: readonly [label: string, options: AdapterOptions, saved?: PeftOptions][] = [
  ...methods.filter(({ trains }) => !trains.includes("delta")).map(({ name }) =>
    [name, { ...rank3, method: name }] as [string, AdapterOptions]
  ),
  ["rsLoRA", { ...rank3, method: "lora", rslora: true }],
  ["rsLoRA as plain LoRA", { ...rank3, method: "lora", rslora: true }, { form: "lora" }],
  ["VeRA as plain LoRA", { ...rank3, method: "vera" }, { form: "lora" }],
  ["LoRA with patterns", {
    ...rank3,
    method: "lora",
    rank_pattern: { k_proj: 2 },
    alpha_pattern: { "layers.0.*": 5 },
  }],
  ["NLoRA with patterns", { ...rank3, method: "nlora", rank_pattern: { k_proj: 2 } }],
  ["NLoRA as released", { ...rank3, method: "nlora", residual: false }],
  ["DoRA on some layers", { ...rank3, method: "dora", targets: ["v_proj", "down_proj"], layers: [1] }],
  ["LoRA by expression", { ...rank3, method: "lora", targets: ".*(gate|up)_proj" }],
];

for (const [label, options, saved] of written) {
  if (emulated && !["dora", "nlora", "vera"].includes(label)) continue;
  Deno.test(`${label}: written for PEFT and read again, the logits are the same`, async () => {
    await withFolder(async (folder) => {
      await withGolden(async (model) => {
        const adapter = await adapt(model, options);
        disturb(adapter);
        const logits = model.logits(ids, 1);
        const bytes = await savePeft(adapter, folder, saved);
        assert.equal(bytes, readFileSync(join(folder, "adapter_model.safetensors")).length);
        adapter.remove();
        await assertLogits(model, golden.base);
        const again = await loadPeft(model, folder);
        await assertLogits(model, logits);
        logits.dispose();
        again.remove();
      });
    });
  });
}

Deno.test("LoRA, rsLoRA, DoRA and VeRA keep their form; other methods become plain LoRA of rank 2r, or r", async () => {
  const forms: readonly [
    AdapterOptions,
    PeftOptions,
    rank: number,
    alpha: number | null,
    Partial<PeftLora>,
  ][] = [
    [{ method: "lora", ...rank3 }, {}, 3, 6, { rslora: false, targetModules: ["q_proj"] }],
    [{ method: "lora", ...rank3, rslora: true }, {}, 3, 6, { rslora: true }],
    [{ method: "lora", ...rank3, rslora: true }, { form: "lora" }, 3, 3, { rslora: false }],
    [{ method: "dora", ...rank3 }, {}, 3, 6, {}],
    [{ method: "slora", ...rank3 }, {}, 3, 3, {}],
    [{ method: "pissa", ...rank3 }, {}, 6, 6, { start: null }],
    [{ method: "pissa", ...rank3 }, { base: "reduced" }, 3, 3, { start: null }],
    [{ method: "nlora", ...rank3 }, { baseModel: "a/b", taskType: "CAUSAL_LM" }, 6, 6, { baseModel: "a/b" }],
    [{ method: "inttune", ...rank3 }, {}, 3, 3, {}],
    [{ method: "lora-xs", ...rank3 }, {}, 3, 3, {}],
    [{ method: "vera", ...rank3 }, { form: "lora" }, 3, 3, { type: "LORA" }],
  ];
  for (const [options, saved, rank, alpha, fields] of forms) {
    await withFolder(async (folder) => {
      await withGolden(async (model) => {
        const adapter = await adapt(model, { ...options, targets: ["q_proj"] });
        await savePeft(adapter, folder, saved);
        adapter.remove();
        const peft = await readPeftAdapter(folder) as PeftLora;
        const [module] = peft.modules.values();
        assert.deepEqual([module!.A.shape[0], module!.alpha], [rank, alpha], JSON.stringify(options));
        assert.equal(module!.magnitude !== null, options.method === "dora");
        assert.deepEqual({ ...peft, ...fields }, peft);
      });
    });
  }
  await withFolder(async (folder) => {
    await withGolden(async (model) => {
      const adapter = await adapt(model, { method: "vera", ...rank3 });
      await savePeft(adapter, folder);
      adapter.remove();
      const { type, projections, modules } = await readPeftAdapter(folder) as PeftVera;
      assert.deepEqual([type, projections!.A.shape, projections!.B.shape, modules.size], ["VERA", [3, 20], [
        20,
        3,
      ], 14]);
    });
  });
});

Deno.test("the reduced form is right beside the reduced weights, and only there", async () => {
  await withFolder(async (folder) => {
    await withGolden(async (model) => {
      const adapter = await adapt(model, { method: "nlora", ...rank3 });
      disturb(adapter);
      await savePeft(adapter, folder, { base: "reduced" });
      const copy = ({ name, weight }: Linear) => new Linear(name, tf.clone(weight));
      const linears = new Map(Array.from(model.linears, ([name, linear]) => [name, copy(linear)]));
      const right = await loadPeft({ linears }, folder);
      for (const [name, linear] of model.linears) {
        const [ours, theirs] = [adapter.delta(linear), right.delta(linears.get(name)!)];
        await assertAllClose(theirs, ours);
        tf.dispose([ours, theirs]);
      }
      right.remove();
      for (const linear of linears.values()) linear.dispose();

      const logits = model.logits(ids, 1);
      adapter.remove();
      const wrong = await loadPeft(model, folder);
      await assert.rejects(assertLogits(model, logits), /beyond tolerance/);
      wrong.remove();
      logits.dispose();
    });
  });
});

Deno.test("full fine-tuning, and DoRA as plain LoRA, are refused, and nothing is written", async () => {
  for (const [method, saved] of [["full", {}], ["dora", { form: "lora" }]] as [string, PeftOptions][]) {
    await withFolder(async (folder) => {
      await withGolden(async (model) => {
        const adapter = await adapt(model, { method, rank: 2 });
        await assert.rejects(savePeft(adapter, join(folder, "out"), saved), (error: unknown) => {
          assert.ok(error instanceof UsageError, String(error));
          assert.match(error.message, /merge it into the weights/);
          return true;
        });
        adapter.remove();
        assert.ok(!existsSync(join(folder, "out")));
      });
    });
  }
});

Deno.test("an adapter that does not fit the model is refused, and the model is as it was", async () => {
  const matrix = (m: number, n: number) => ({
    shape: [m, n],
    data: new Random(0).normal(m * n) as Float32Array<ArrayBuffer>,
  });
  const common = { targetModules: null, saved: new Map(), baseModel: null, taskType: null };
  const lora = (name: string, m: number, n: number): PeftLora => ({
    ...{ ...common, type: "LORA", rslora: false, start: null },
    modules: new Map([[name, { A: matrix(2, n), B: matrix(m, 2), alpha: 2, magnitude: null }]]),
  });
  const vera = (columns: number, m: number): PeftVera => ({
    ...{ ...common, type: "VERA", rank: 2, projectionKey: 0 },
    projections: { A: matrix(2, columns), B: matrix(16, 2) },
    modules: new Map([[q, { d: { ...matrix(1, 2), shape: [2] }, b: { ...matrix(1, m), shape: [m] } }]]),
  });
  const q = "model.layers.0.self_attn.q_proj";
  const cases: readonly [PeftLora | PeftVera, RegExp][] = [
    [lora("lm_head", 23, 12), /adapts lm_head, and this model's linear maps are such as model\.layers\.0/],
    [lora(q, 12, 12), /q_proj is 12×12 for the adapter in .* and 16×12 in this model; load it on the model/],
    [lora(q, 16, 8), /q_proj is 16×8 for/],
    [vera(12, 8), /q_proj is 8×12 for/],
    [vera(8, 16), /q_proj is 16×8 for/],
    [{
      ...lora(q, 16, 12),
      start: "pissa",
      modules: new Map([[q, { ...lora(q, 16, 12).modules.get(q)!, alpha: 0 }]]),
    }, /alpha 0/],
  ];
  for (const [peft, message] of cases) {
    await withFolder(async (folder) => {
      await writePeftAdapter(folder, peft);
      await withGolden(async (model) => {
        await assert.rejects(loadPeft(model, folder), (error: unknown) => {
          assert.ok(error instanceof UsageError, String(error));
          assert.match(error.message, message);
          return true;
        });
        await assertLogits(model, golden.base);
        const adapter = await adapt(model, { method: "lora", rank: 2 });
        await assert.rejects(loadPeft(model, join(goldenFolder, "lora")), /has an adapter already/);
        adapter.remove();
      });
    });
  }
});
