import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { openGguf } from "../../lib/formats/gguf.ts";
import { metadataNumber, metadataString, metadataStrings } from "../../lib/formats/gguf_metadata.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { mutations } from "./mutations.ts";
import { array, f32, join, text, tinyGguf, type TinyPair, type TinyTensor, u32, u64 } from "./tiny_gguf.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const folder = temporaryFolder();
let files = 0;

function file(bytes: Uint8Array): string {
  const path = joinPath(folder, `${files++}.gguf`);
  writeFileSync(path, bytes);
  return path;
}

const PAIRS: readonly TinyPair[] = [
  ["general.architecture", 8, text("llama")],
  ["count", 4, u32(7)],
  ["half", 6, f32(0.5)],
  ["yes", 7, Uint8Array.of(1)],
  ["small", 1, Uint8Array.of(0xff)],
  ["big", 10, u64(2n ** 63n)],
  ["safe", 10, u64(12)],
  ["words", 9, array(8, [text("ein"), text("zwölf"), text("")])],
  ["ids", 9, array(5, [u32(1), u32(0xffffffff)])],
  ["nested", 9, array(9, [array(7, [Uint8Array.of(1), Uint8Array.of(0)]), array(8, [text("x")])])],
];

/** One block of Q8_0: d = 1, then 0 … 31. */
const Q8_BLOCK = join(Uint8Array.of(0, 0x3c), Uint8Array.from({ length: 32 }, (_, i) => i));
const TENSORS: readonly TinyTensor[] = [
  { name: "matrix", dims: [3, 2], type: 0, bytes: f32(1, 2, 3, 4, 5, 6) },
  { name: "quantised", dims: [32, 2], type: 8, bytes: join(Q8_BLOCK, Q8_BLOCK) },
];
const WHOLE = tinyGguf(PAIRS, TENSORS);

const refused = (path: string, message: RegExp) =>
  assert.rejects(openGguf(path), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.includes(path), error.message);
    return true;
  });

for (const version of [2, 3]) {
  Deno.test(`reads metadata and tensors of version ${version}`, async () => {
    await using gguf = await openGguf(file(tinyGguf(PAIRS, TENSORS, version)));
    assert.deepEqual(Object.fromEntries(gguf.metadata), {
      "general.architecture": "llama",
      count: 7,
      half: 0.5,
      yes: true,
      small: -1,
      big: 2n ** 63n,
      safe: 12,
      words: ["ein", "zwölf", ""],
      ids: Int32Array.of(1, -1),
      nested: [[true, false], ["x"]],
    });
    assert.deepEqual(gguf.tensors.get("matrix")!.shape, [2, 3]);
    assert.deepEqual([...await gguf.read("matrix")], [1, 2, 3, 4, 5, 6]);
    const range = Array.from({ length: 32 }, (_, i) => i);
    assert.deepEqual([...await gguf.read("quantised")], [...range, ...range]);
    await assert.rejects(gguf.read("absent"), /no tensor absent/);
  });
}

Deno.test("a header longer than the window is read through it", async () => {
  const words = Array.from({ length: 150_000 }, (_, i) => `word ${i}`);
  const long: TinyPair = ["words", 9, array(8, words.map(text))];
  const tail: TinyPair = ["after", 8, text("the end ".repeat(200_000))];
  await using gguf = await openGguf(file(tinyGguf([long, tail], TENSORS)));
  assert.deepEqual(gguf.metadata.get("words"), words);
  assert.equal(metadataString(gguf.metadata, "after").length, 1_600_000);
  assert.deepEqual([...await gguf.read("matrix")], [1, 2, 3, 4, 5, 6]);
});

Deno.test("general.alignment moves the data", async () => {
  const pairs: TinyPair[] = [["general.alignment", 4, u32(128)]];
  await using gguf = await openGguf(file(tinyGguf(pairs, TENSORS, 3, 128)));
  assert.equal(gguf.tensors.get("quantised")!.byteOffset % 128, 0);
  assert.equal((await gguf.read("quantised"))[33], 1);
});

Deno.test("typed access names the key and what is there", async () => {
  await using gguf = await openGguf(file(WHOLE));
  assert.equal(metadataNumber(gguf.metadata, "count"), 7);
  assert.throws(
    () => metadataNumber(gguf.metadata, "words"),
    /words: a number is expected, an array is there/,
  );
  assert.throws(() => metadataString(gguf.metadata, "none"), /none: a string is expected, nothing is there/);
  assert.throws(() => metadataStrings(gguf.metadata, "ids"), UsageError);
});

Deno.test("refuses what is no GGUF file that can be read, by name", async () => {
  const tensor = (dims: number[], type: number, bytes = new Uint8Array(64)): TinyTensor => ({
    name: "t",
    dims,
    type,
    bytes,
  });
  const matrix = TENSORS[0];
  const cases: readonly [bytes: Uint8Array, message: RegExp][] = [
    [new Uint8Array(0), /does not begin with "GGUF"/],
    [new TextEncoder().encode("PK\x03\x04 a zip file"), /does not begin with "GGUF"/],
    [tinyGguf(PAIRS, TENSORS, 1), /version 1; convert it/],
    [tinyGguf(PAIRS, TENSORS, 0x03000000), /big-endian/],
    [
      tinyGguf(PAIRS, [tensor([256], 22)]),
      /type IQ2_S, which is not read; choose a file with F32, F16, Q4_0, .*Q6_K, BF16 only/,
    ],
    [tinyGguf(PAIRS, [tensor([256], 99)]), /type 99, which does not exist/],
    [tinyGguf(PAIRS, [tensor([33], 8)]), /rows of 33, no multiple of Q8_0's block of 32/],
    [tinyGguf(PAIRS, [tensor([128], 12)]), /rows of 128, no multiple of Q4_K's block of 256/],
    [tinyGguf(PAIRS, [tensor([1, 1, 1, 1, 1], 0)]), /5 dimensions/],
    [tinyGguf(PAIRS, [tensor([2 ** 40, 2 ** 40], 0)]), /shape \[1099511627776,1099511627776\]/],
    [tinyGguf(PAIRS, [tensor([2 ** 30], 0)]), /ends at byte 4294967\d+, and the file has/],
    [tinyGguf(PAIRS, [tensor([0], 0)]), /shape \[0\]/],
    [tinyGguf(PAIRS, [matrix, matrix]), /tensor matrix is there twice/],
    [tinyGguf(PAIRS, [{ ...matrix, bytes: new Uint8Array(0) }, TENSORS[1]]), /matrix and quantised overlap/],
    [tinyGguf([PAIRS[0], PAIRS[0]], []), /"general.architecture" twice/],
    [tinyGguf([["a", 13, u32(0)]], []), /no value type 13/],
    [tinyGguf([["a", 7, Uint8Array.of(2)]], []), /a boolean is 2/],
    [tinyGguf([["a", 8, join(u64(1), Uint8Array.of(0xff))]], []), /not UTF-8/],
    [tinyGguf([["a", 8, u64(2n ** 62n)]], []), /length of a string at byte \d+ is 4611686018427387904/],
    [tinyGguf([["a", 9, join(u32(8), u64(2n ** 62n))]], []), /length of an array .* is 4611686018427387904/],
    [tinyGguf([["general.alignment", 4, u32(0)]], []), /general.alignment is 0/],
    [
      tinyGguf([["a", 9, [1, 2, 3, 4, 5, 6].reduce((inner) => array(9, [inner]), array(0, []))]], []),
      /nested more than 4 deep/,
    ],
  ];
  for (const [bytes, message] of cases) await refused(file(bytes), message);
});

Deno.test("refuses an absent file, a folder, and one without permission", async () => {
  await refused(joinPath(folder, "absent.gguf"), /no such file/);
  const inner = joinPath(folder, "folder.gguf");
  await mkdir(inner);
  await refused(inner, /is a folder|not a plain file/);
  if (process.getuid?.() !== 0) {
    const path = file(WHOLE);
    await chmod(path, 0);
    await refused(path, /no permission/);
  }
});

Deno.test("a file cut anywhere is refused", async () => {
  const dataEnd = WHOLE.length - (32 - 68 % 32);
  for (let length = 0; length < dataEnd; length += 5) await refused(file(WHOLE.slice(0, length)), /GGUF/);
});

Deno.test("300 damaged files are loaded or refused, and none asks for more than it has", async () => {
  let loaded = 0;
  for (const bytes of mutations(WHOLE, 300, 11)) {
    try {
      await using gguf = await openGguf(file(bytes));
      let elements = 0;
      for (const name of gguf.tensors.keys()) elements += (await gguf.read(name)).length;
      assert.ok(elements <= bytes.length);
      loaded++;
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
    }
  }
  assert.ok(loaded > 0 && loaded < 300, `${loaded} loaded`);
});
