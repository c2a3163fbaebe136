import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { type NamedArray, readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { Random } from "../../lib/tensor/random.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { mutations } from "./mutations.ts";
import { join, u64 } from "./tiny_gguf.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => joinPath(folder, `${files++}.safetensors`);

function file(header: unknown, data: Uint8Array): string {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = new TextEncoder().encode(json);
  const path = newPath();
  writeFileSync(path, join(u64(bytes.length), bytes, data));
  return path;
}

const refused = (path: string, message: RegExp) =>
  assert.rejects(readSafetensors(path), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.includes(path), error.message);
    return true;
  });

Deno.test("what is written is read again", async () => {
  const random = new Random(3);
  for (let round = 0; round < 20; round++) {
    const tensors = new Map<string, NamedArray>();
    for (let i = random.int(5); i > 0; i--) {
      const shape = Array.from({ length: random.int(4) }, () => random.int(6));
      tensors.set(`base.layers.${i}.ü"\\`, {
        shape,
        data: random.normal(shape.reduce((a, b) => a * b, 1)) as NamedArray["data"],
      });
    }
    const metadata: Record<string, string> = round % 2 ? { format: "pt", "ä\n": "{}" } : {};
    const path = newPath();
    await writeSafetensors(path, tensors, metadata);
    assert.deepEqual(await readSafetensors(path), { tensors, metadata });
    const bytes = await readFile(path);
    assert.equal(Number(bytes.readBigUInt64LE(0)) % 8, 0, "the data are aligned");
  }
});

Deno.test("F16, BF16 and F32 are read as f32", async () => {
  const data = Uint8Array.of(0, 0x3c, 0, 0xc0, 0x80, 0x3f, 0, 0xc0, 0, 0, 0x80, 0x3f);
  const path = file({
    half: { dtype: "F16", shape: [2], data_offsets: [0, 4] },
    brain: { dtype: "BF16", shape: [2, 1], data_offsets: [4, 8] },
    single: { dtype: "F32", shape: [], data_offsets: [8, 12] },
  }, data);
  const { tensors } = await readSafetensors(path);
  assert.deepEqual([...tensors.get("half")!.data], [1, -2]);
  assert.deepEqual([...tensors.get("brain")!.data], [1, -2]);
  assert.deepEqual(tensors.get("single"), { shape: [], data: Float32Array.of(1) });
});

Deno.test("every other type is read as f32 too, at any alignment", async () => {
  const cases: readonly [dtype: string, values: ArrayBufferView, expected: readonly number[]][] = [
    ["F64", Float64Array.of(1.5, -2e30, 0.1), [1.5, Math.fround(-2e30), Math.fround(0.1)]],
    ["I8", Int8Array.of(-128, 0, 127), [-128, 0, 127]],
    ["U8", Uint8Array.of(0, 128, 255), [0, 128, 255]],
    ["BOOL", Uint8Array.of(0, 1, 2), [0, 1, 1]],
    ["I16", Int16Array.of(-32768, 5), [-32768, 5]],
    ["I32", Int32Array.of(-(2 ** 31), 16777217), [-(2 ** 31), 16777216]],
    ["I64", BigInt64Array.of(-(2n ** 63n), 3n), [-(2 ** 63), 3]],
  ];
  for (const [dtype, values, expected] of cases) {
    const bytes = new Uint8Array(values.buffer);
    const path = file({
      before: { dtype: "U8", shape: [1], data_offsets: [0, 1] },
      tensor: { dtype, shape: [expected.length], data_offsets: [1, 1 + bytes.length] },
    }, join(Uint8Array.of(7), bytes));
    const { tensors } = await readSafetensors(path);
    assert.deepEqual([...tensors.get("tensor")!.data], expected, dtype);
  }
});

Deno.test("a tensor of many pieces is read whole", async () => {
  const values = Float32Array.from({ length: 2_500_001 }, (_, i) => i);
  const path = newPath();
  await writeSafetensors(path, new Map([["t", { shape: [values.length], data: values }]]));
  assert.deepEqual((await readSafetensors(path)).tensors.get("t")!.data, values);
});

Deno.test("PyTorch's files are refused with the reason and the way out", async () => {
  for (const start of [Uint8Array.of(0x50, 0x4b, 3, 4), Uint8Array.of(0x80, 2)]) {
    const path = newPath();
    writeFileSync(path, join(start, new Uint8Array(50)));
    await refused(
      path,
      /a pickle, and opening one runs whatever code it holds;.*safetensors.torch.save_file/,
    );
  }
});

Deno.test("refuses what is not a whole safetensors file, by name", async () => {
  const entry = (shape: unknown, data_offsets: unknown, dtype: unknown = "F32") => ({
    dtype,
    shape,
    data_offsets,
  });
  const eight = new Uint8Array(8);
  const cases: readonly [header: unknown, data: Uint8Array, message: RegExp][] = [
    ["{", eight, /not a JSON object/],
    ["[]", eight, /not a JSON object/],
    [{ __metadata__: { a: 1 } }, new Uint8Array(0), /__metadata__ are not texts/],
    [{ t: null }, eight, /tensor t has no entry/],
    [{ t: entry([2], [0, 8], 5) }, eight, /has no dtype/],
    [
      { t: entry([2], [0, 8], "F8_E4M3") },
      eight,
      /type F8_E4M3, which is not read; choose a file with F32, F16, BF16, F64, I8/,
    ],
    [{ t: entry([-2], [0, 8]) }, eight, /shape \[-2\]/],
    [
      `{"t":{"dtype":"F32","shape":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`,
      eight,
      /has the shape \[{60}…/,
    ],
    [{ t: entry([1.5], [0, 8]) }, eight, /shape \[1.5\]/],
    [{ t: entry([2], [0, 16]) }, eight, /lies at \[0,16\] of 8 bytes/],
    [{ t: entry([2], [8, 0]) }, eight, /lies at/],
    [{ t: entry([2], [0]) }, eight, /lies at/],
    [{ t: entry([3], [0, 8]) }, eight, /has 8 bytes instead of 12/],
    [{ t: entry([2 ** 40, 2 ** 40], [0, 8]) }, eight, /has 8 bytes instead of/],
    [{ t: entry([1], [4, 8]) }, eight, /begins at byte 4 instead of 0/],
    [{ t: entry([1], [0, 4]) }, eight, /have 4 bytes, and 8 follow/],
    [{ a: entry([2], [0, 8]), b: entry([1], [4, 8]) }, eight, /begins at byte 4 instead of 8/],
  ];
  for (const [header, data, message] of cases) await refused(file(header, data), message);
  const short = newPath();
  writeFileSync(short, new Uint8Array(5));
  await refused(short, /it has 5 bytes/);
  const long = newPath();
  writeFileSync(long, join(u64(2n ** 60n), eight));
  await refused(long, /header would have 1152921504606846976 bytes/);
  await refused(joinPath(folder, "absent"), /no such file/);
});

Deno.test("data that do not fill their shape are refused and nothing is written", async () => {
  const path = newPath();
  const tensors = new Map([["t", { shape: [2, 2], data: new Float32Array(3) }]]);
  await assert.rejects(writeSafetensors(path, tensors), /tensor t with shape \[2,2\] has 3 elements/);
  assert.ok(!(await readdir(folder)).some((name) => joinPath(folder, name) === path));
});

Deno.test("a file cut anywhere is refused; 300 damaged ones are loaded or refused", async () => {
  const path = newPath();
  const tensors = new Map([
    ["lora_A", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ["lora_B", { shape: [4], data: Float32Array.of(1, 2, 3, 4) }],
  ]);
  await writeSafetensors(path, tensors, { method: "lora" });
  const whole = await readFile(path);
  for (let length = 0; length < whole.length; length += 3) {
    const cut = newPath();
    writeFileSync(cut, whole.subarray(0, length));
    await refused(cut, /not a whole safetensors file/);
  }
  let loaded = 0;
  for (const bytes of mutations(whole, 300, 5)) {
    const damaged = newPath();
    writeFileSync(damaged, bytes);
    try {
      const { tensors } = await readSafetensors(damaged);
      for (const { data } of tensors.values()) assert.ok(data.byteLength <= bytes.length * 2);
      loaded++;
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
    }
  }
  assert.ok(loaded > 0 && loaded < 300, `${loaded} loaded`);
});
