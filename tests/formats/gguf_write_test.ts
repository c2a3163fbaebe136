import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openGguf } from "../../lib/formats/gguf.ts";
import { type GgufEntry, writeGguf } from "../../lib/formats/gguf_write.ts";
import type { NamedArray } from "../../lib/formats/safetensors.ts";
import { Random } from "../../lib/tensor/random.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { f32, text, tinyGguf } from "./tiny_gguf.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${files++}.gguf`);

const array = (shape: readonly number[], random: Random): NamedArray => ({
  shape,
  data: random.normal(shape.reduce((a, b) => a * b, 1)) as NamedArray["data"],
});

Deno.test("what is written is read again", async () => {
  const random = new Random(4);
  for (let round = 0; round < 20; round++) {
    const tensors = new Map<string, NamedArray>();
    for (let i = random.int(5); i > 0; i--) {
      const shape = Array.from({ length: random.int(5) }, () => 1 + random.int(6));
      tensors.set(`blk.${i}.ü`, array(shape, random));
    }
    const metadata: Record<string, GgufEntry> = round % 2
      ? { "general.type": "adapter", "": "", "ü\n": "{}", "adapter.lora.alpha": { f32: 1.5 } }
      : {};
    const path = newPath();
    await writeGguf(path, metadata, tensors);
    await using file = await openGguf(path);
    const plain = Object.entries(metadata).map(([k, v]) => [k, typeof v === "string" ? v : v.f32]);
    assert.deepEqual([...file.metadata], plain);
    assert.deepEqual([...file.tensors.keys()], [...tensors.keys()]);
    for (const [name, { shape, data }] of tensors) {
      assert.deepEqual(file.tensors.get(name)!.shape, shape);
      assert.deepEqual(await file.read(name), data);
    }
  }
});

Deno.test("every byte is as the format demands", async () => {
  const path = newPath();
  const tensors = new Map([
    ["matrix", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ["vector", { shape: [9], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) }],
  ]);
  await writeGguf(path, { name: "zwölf", alpha: { f32: 0.5 } }, tensors);
  const expected = tinyGguf(
    [["name", 8, text("zwölf")], ["alpha", 6, f32(0.5)]],
    [
      { name: "matrix", dims: [3, 2], type: 0, bytes: f32(1, 2, 3, 4, 5, 6) },
      { name: "vector", dims: [9], type: 0, bytes: f32(1, 2, 3, 4, 5, 6, 7, 8, 9) },
    ],
  );
  assert.deepEqual(new Uint8Array(await readFile(path)), new Uint8Array(expected));
});

Deno.test("data that do not fill their shape, empty tensors and long names are refused, and nothing is written", async () => {
  const cases: readonly [name: string, shape: number[], elements: number, message: RegExp][] = [
    ["t", [2, 2], 3, /tensor t with shape \[2,2\] has 3 elements/],
    ["t", [2, 0], 0, /no empty tensor/],
    ["t", [1, 1, 1, 1, 1], 1, /up to 4 dimensions/],
    ["ü".repeat(32), [1], 1, /names of 63 bytes/],
  ];
  for (const [name, shape, elements, message] of cases) {
    const path = newPath();
    const tensors = new Map([[name, { shape, data: new Float32Array(elements) }]]);
    await assert.rejects(writeGguf(path, {}, tensors), (error: unknown) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.ok(!(await readdir(folder)).some((file) => join(folder, file) === path));
  }
});
