import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type PeftLora,
  type PeftVera,
  readPeftAdapter,
  writePeftAdapter,
} from "../../lib/formats/peft_adapter.ts";
import { type NamedArray, readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { mutations } from "./mutations.ts";

const golden = join(import.meta.dirname!, "../golden/peft");
const folder = temporaryFolder();
let copies = 0;

const readable = [
  ...["lora", "rslora", "dora", "patterns", "rslora_patterns", "layers", "pissa", "pissa_converted", "olora"],
  ...["olora_converted", "pissa_niter_converted", "vera", "vera_unsaved"],
];

/** A copy of a golden with fields of its configuration changed and its tensors passed through `change`. */
async function altered(
  name: string,
  fields: Record<string, unknown> = {},
  change?: (tensors: Map<string, NamedArray>) => void,
): Promise<string> {
  const copy = join(folder, `${copies++}`);
  await mkdir(copy);
  const config = JSON.parse(readFileSync(join(golden, name, "adapter_config.json"), "utf8"));
  await writeFile(join(copy, "adapter_config.json"), JSON.stringify({ ...config, ...fields }));
  const { tensors } = await readSafetensors(join(golden, name, "adapter_model.safetensors"));
  change?.(tensors);
  await writeSafetensors(join(copy, "adapter_model.safetensors"), tensors);
  return copy;
}

const refused = (adapter: string, message: RegExp) =>
  assert.rejects(readPeftAdapter(adapter), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.includes(adapter), error.message);
    return true;
  });

const readLora = async (name: string) => await readPeftAdapter(join(golden, name)) as PeftLora;
const layer = (index: number, rest: string) => `model.layers.${index}.${rest}`;

Deno.test("PEFT's adapters are read, with rank and alpha of each map", async () => {
  const lora = await readLora("lora");
  assert.equal(lora.type, "LORA");
  assert.deepEqual([...lora.modules.keys()].toSorted(), [
    ...[layer(0, "self_attn.q_proj"), layer(0, "self_attn.v_proj")],
    ...[layer(1, "self_attn.q_proj"), layer(1, "self_attn.v_proj")],
  ]);
  const { A, B, alpha, magnitude } = lora.modules.get(layer(1, "self_attn.v_proj"))!;
  assert.deepEqual([A.shape, B.shape, alpha, magnitude], [[3, 12], [8, 3], 6, null]);
  assert.deepEqual([lora.rslora, (await readLora("rslora")).rslora], [false, true]);
  assert.equal((await readLora("rslora")).modules.size, 14);

  const dora = await readLora("dora");
  assert.deepEqual(dora.modules.get(layer(0, "mlp.up_proj"))!.magnitude!.shape, [20]);

  const { modules } = await readLora("patterns");
  const ranksAndAlphas = [...modules].map(([name, { A, alpha }]) => [name, A.shape[0], alpha]);
  assert.deepEqual(ranksAndAlphas.toSorted(), [
    [layer(0, "mlp.down_proj"), 2, 5],
    [layer(0, "self_attn.q_proj"), 3, 5],
    [layer(0, "self_attn.v_proj"), 2, 5],
    [layer(1, "mlp.down_proj"), 4, 3],
    [layer(1, "self_attn.q_proj"), 3, 3],
    [layer(1, "self_attn.v_proj"), 2, 7],
  ]);
  assert.deepEqual([(await readLora("pissa")).start, (await readLora("olora")).start, lora.start], [
    "pissa",
    "olora",
    null,
  ]);
  assert.equal((await readLora("pissa_converted")).start, null);

  const vera = await readPeftAdapter(join(golden, "vera")) as PeftVera;
  assert.deepEqual([vera.rank, vera.projections!.A.shape, vera.projections!.B.shape], [5, [5, 20], [16, 5]]);
  const vectors = vera.modules.get(layer(0, "mlp.down_proj"))!;
  assert.deepEqual([vectors.d.shape, vectors.b.shape], [[5], [12]]);
  const unsaved = await readPeftAdapter(join(golden, "vera_unsaved")) as PeftVera;
  assert.deepEqual([unsaved.projections, unsaved.projectionKey], [null, 7]);
});

Deno.test("what is read and written is read again", async () => {
  for (const name of readable) {
    const adapter = await readPeftAdapter(join(golden, name));
    const copy = join(folder, `${copies++}`, "made", "when", "missing");
    const bytes = await writePeftAdapter(copy, adapter);
    assert.deepEqual(await readPeftAdapter(copy), adapter, name);
    const file = readFileSync(join(copy, "adapter_model.safetensors"));
    assert.equal(bytes, file.length);
    const theirs = await readSafetensors(join(golden, name, "adapter_model.safetensors"));
    const ours = await readSafetensors(join(copy, "adapter_model.safetensors"));
    assert.deepEqual(ours.metadata, theirs.metadata);
    assert.deepEqual(new Map([...ours.tensors].toSorted()), new Map([...theirs.tensors].toSorted()), name);
  }
});

Deno.test("half precision is read", async () => {
  const copy = await altered("lora");
  const path = join(copy, "adapter_model.safetensors");
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  for (const entry of Object.values<{ dtype?: string; data_offsets: number[] }>(header)) {
    if (!entry.dtype) continue;
    entry.dtype = "BF16";
    entry.data_offsets = entry.data_offsets.map((at) => at / 2);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const data = new Uint8Array((bytes.length - 8 - length) / 2);
  for (let i = 0; i < data.length; i += 2) {
    data.set(bytes.subarray(8 + length + 2 * i + 2, 8 + length + 2 * i + 4), i);
  }
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true);
  await writeFile(path, [start, json, data]);
  const [halves, singles] = [await readPeftAdapter(copy) as PeftLora, await readLora("lora")];
  const name = layer(0, "self_attn.q_proj");
  const single = singles.modules.get(name)!.A.data;
  halves.modules.get(name)!.A.data.forEach((x, i) =>
    assert.ok(Math.abs(x - single[i]!) <= Math.abs(single[i]!) / 128)
  );
});

Deno.test("options that would change the result are refused, by name", async () => {
  const cases: readonly [golden: string, fields: Record<string, unknown>, message: RegExp][] = [
    ["lora", { peft_type: "IA3" }, /peft_type is "IA3"; LORA .* and VERA are read/],
    ["lora", { peft_type: undefined }, /peft_type is undefined/],
    ["lora", { bias: "lora_only" }, /bias is "lora_only", which is not read; merge the adapter in PEFT/],
    ["lora", { modules_to_save: "lm_head" }, /modules_to_save is "lm_head"; a list of texts is expected/],
    ["lora", { fan_in_fan_out: true }, /fan_in_fan_out is true/],
    ["lora", { lora_bias: true }, /lora_bias is true/],
    ["lora", { trainable_token_indices: [3] }, /trainable_token_indices/],
    ["lora", { layer_replication: [[0, 1]] }, /layer_replication/],
    ["lora", { use_qalora: true }, /use_qalora/],
    ["lora", { loftq_config: { loftq_bits: 4 } }, /loftq_config/],
    ["lora", { an_option_of_tomorrow: { on: true } }, /an_option_of_tomorrow is {"on":true}/],
    ["vera", { bias: "vera_only" }, /bias/],
    [
      "lora",
      { init_lora_weights: "loftq" },
      /init_lora_weights is "loftq": .*path_initial_model_for_weight_conversion/,
    ],
    ["dora", { init_lora_weights: "pissa" }, /"pissa" together with use_dora/],
    ["lora", { r: 0 }, /r is 0; a whole number from 1/],
    ["lora", { r: "3" }, /r is "3"/],
    ["lora", { lora_alpha: null }, /lora_alpha is null; a number is expected/],
    ["lora", { lora_alpha: undefined }, /lora_alpha is missing/],
    ["lora", { use_rslora: "yes" }, /use_rslora is "yes"; true or false/],
    ["lora", { target_modules: [1] }, /target_modules/],
    ["lora", { base_model_name_or_path: 7 }, /base_model_name_or_path is 7; a text/],
    ["lora", { rank_pattern: [3] }, /rank_pattern is \[3\]; an object/],
    ["lora", { rank_pattern: { q_proj: 1.5 } }, /rank_pattern is .*an object of numbers/],
    ["lora", { alpha_pattern: { q_proj: "4" } }, /alpha_pattern is .*an object of numbers/],
    ["lora", { alpha_pattern: { "(?P<name>q)_proj": 4 } }, /which JavaScript does not understand/],
  ];
  for (const [name, fields, message] of cases) await refused(await altered(name, fields), message);
  await refused(join(golden, "pissa_niter"), /"pissa_niter_4": .*path_initial_model_for_weight_conversion/);
});

Deno.test("tensors that do not fit the configuration are refused, by name", async () => {
  const key = (part: string) => `base_model.model.${layer(0, "self_attn.q_proj")}.${part}`;
  const rename = (from: string, to: string) => (tensors: Map<string, NamedArray>) => {
    tensors.set(to, tensors.get(from)!);
    tensors.delete(from);
  };
  const q = (part: string) => new RegExp(`layers\\.0\\.self_attn\\.q_proj's ${part}`);
  const cases: readonly [
    string,
    Record<string, unknown>,
    (tensors: Map<string, NamedArray>) => void,
    RegExp,
  ][] = [
    [
      "lora",
      { r: 4 },
      () => {},
      /lora_A.weight is \[3, 12\], and the configuration's rank makes it \[4, any\]/,
    ],
    ["lora", { rank_pattern: { q_proj: 2 } }, () => {}, q("lora_A.weight is \\[3, 12\\]")],
    ["lora", {}, (t) => t.delete(key("lora_A.weight")), q("lora_A.weight is missing")],
    ["lora", {}, (t) => t.delete(key("lora_B.weight")), q("lora_B.weight is missing")],
    ["lora", {}, (t) => t.clear(), /has no adapted map/],
    [
      "lora",
      {},
      rename(key("lora_A.weight"), key("lora_embedding_A")),
      /tensor .*lora_embedding_A is not read/,
    ],
    [
      "lora",
      {},
      rename(key("lora_A.weight"), "q_proj.lora_A.weight"),
      /tensor q_proj\.lora_A\.weight is not read/,
    ],
    ["dora", {}, (t) => t.delete(key("lora_magnitude_vector")), q("lora_magnitude_vector is missing")],
    [
      "dora",
      {},
      (t) => t.set(key("lora_magnitude_vector"), { shape: [2], data: new Float32Array(2) }),
      q("lora_magnitude_vector is \\[2\\], .* makes it \\[16\\]"),
    ],
    ["dora", { use_dora: false }, () => {}, /has a DoRA magnitude, and use_dora is off/],
    ["vera", { r: 6 }, () => {}, /base_model\.vera_A is \[5, 20\], .* makes it \[6, any\]/],
    ["vera", {}, (t) => t.delete("base_model.vera_B"), /base_model\.vera_B is missing/],
    ["vera", {}, (t) => t.delete(key("vera_lambda_b")), q("vera_lambda_b is missing")],
    [
      "vera",
      {},
      (t) => t.set(key("vera_lambda_b"), { shape: [17], data: new Float32Array(17) }),
      q("vera_lambda_b is \\[17\\], and base_model.vera_B has 16 rows"),
    ],
    ["vera_unsaved", { r: 6 }, () => {}, /vera_lambda_d is \[5\]/],
    [
      "vera",
      { peft_type: "LORA", lora_alpha: 1 },
      () => {},
      /tensor .*vera_lambda_b is not read; .*lora_A\.weight/,
    ],
  ];
  for (const [name, fields, change, message] of cases) {
    await refused(await altered(name, fields, change), message);
  }
});

Deno.test("missing and damaged files are refused with what to do", async () => {
  await refused(join(folder, "absent"), /there is no PEFT adapter in .*adapter_config\.json is expected/);
  const copy = await altered("lora");
  const tensors = join(copy, "adapter_model.safetensors");
  await rename(tensors, join(copy, "adapter_model.bin"));
  await refused(
    copy,
    /adapter_model\.bin is a file of PyTorch .*runs whatever code it holds;.*an adapter by PEFT's/,
  );
  await rm(join(copy, "adapter_model.bin"));
  await refused(copy, /adapter_model\.safetensors: no such file/);
  await copyFile(join(golden, "lora", "adapter_model.safetensors"), tensors);

  const config = join(copy, "adapter_config.json");
  const whole = readFileSync(config);
  let loaded = 0;
  for (const bytes of mutations(whole, 200, 6)) {
    await writeFile(config, bytes);
    try {
      await readPeftAdapter(copy);
      loaded++;
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
    }
  }
  assert.ok(loaded > 0 && loaded < 200, `${loaded} loaded`);
  await writeFile(config, "[]");
  await refused(copy, /is not a JSON object/);
});

Deno.test("shapes that disagree are not written", async () => {
  const adapter = await readLora("lora");
  const [[name, module]] = adapter.modules;
  const target = join(folder, "unwritten");
  const short = { ...module!, B: { shape: [16, 2], data: new Float32Array(32) } };
  await assert.rejects(
    writePeftAdapter(target, { ...adapter, modules: new Map([[name!, short]]) }),
    /lora_B\.weight is \[16, 2\], and the configuration's rank makes it \[any, 3\]/,
  );
  await assert.rejects(writePeftAdapter(target, { ...adapter, modules: new Map() }), /has no adapted map/);
  assert.ok(!existsSync(target));
});
