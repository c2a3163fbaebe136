import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type NamedArray, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { openSafetensorsFolder } from "../../lib/formats/safetensors_folder.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const root = temporaryFolder();
let folders = 0;

async function newFolder(): Promise<string> {
  const folder = join(root, `${folders++}`, "model");
  await mkdir(folder, { recursive: true });
  return folder;
}

const vector = (...data: number[]): NamedArray => ({ shape: [data.length], data: Float32Array.from(data) });
const shard = (path: string, tensors: Record<string, NamedArray>) =>
  writeSafetensors(path, new Map(Object.entries(tensors)));
const index = (folder: string, weight_map: unknown) =>
  writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ metadata: {}, weight_map }));

const refused = (folder: string, message: RegExp) =>
  assert.rejects(openSafetensorsFolder(folder), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    return true;
  });

Deno.test("shards are read as one", async () => {
  const folder = await newFolder();
  await shard(join(folder, "model-00001-of-00002.safetensors"), { a: vector(1, 2) });
  await shard(join(folder, "model-00002-of-00002.safetensors"), { b: vector(3), c: vector() });
  const names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  await index(folder, { a: names[0], b: names[1], c: names[1] });
  await using weights = await openSafetensorsFolder(folder);
  assert.deepEqual([...weights.tensors.keys()], ["a", "b", "c"]);
  assert.deepEqual([...await weights.read("a"), ...await weights.read("b")], [1, 2, 3]);
  await assert.rejects(weights.read("d"), /has no tensor d/);
});

Deno.test("one file needs no index", async () => {
  const folder = await newFolder();
  await shard(join(folder, "model.safetensors"), { a: vector(1) });
  await using weights = await openSafetensorsFolder(folder);
  assert.deepEqual([...await weights.read("a")], [1]);
});

Deno.test("an index cannot lead out of its folder", async () => {
  const folder = await newFolder();
  await shard(join(folder, "..", "secret.safetensors"), { a: vector(1) });
  for (
    const name of [
      "../secret.safetensors",
      join(folder, "..", "secret.safetensors"),
      "x/../../secret.safetensors",
    ]
  ) {
    await index(folder, { a: name });
    await refused(folder, /its weight_map names the file "/);
  }
  if (Deno.build.os === "windows") return;
  await symlink(join("..", "secret.safetensors"), join(folder, "inside.safetensors"));
  await index(folder, { a: "inside.safetensors" });
  await refused(folder, /is a link to .*secret.safetensors, outside its folder; put the file itself there/);
});

Deno.test({
  name: "links within the folder, and those of the Hub's cache to its blobs, are followed",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const repo = join(root, `${folders++}`);
    const snapshot = join(repo, "snapshots", "0123");
    await mkdir(snapshot, { recursive: true });
    await shard(join(repo, "blobs", "abc"), { a: vector(1) });
    await symlink(join("..", "..", "blobs", "abc"), join(snapshot, "one.safetensors"));
    await shard(join(snapshot, "sub", "file"), { b: vector(2) });
    await symlink(join("sub", "file"), join(snapshot, "two.safetensors"));
    await index(snapshot, { a: "one.safetensors", b: "two.safetensors" });
    await using weights = await openSafetensorsFolder(snapshot);
    assert.deepEqual([...await weights.read("a"), ...await weights.read("b")], [1, 2]);
  },
});

Deno.test("missing and damaged parts are refused", async () => {
  const folder = await newFolder();
  await refused(folder, /holds neither model.safetensors nor model.safetensors.index.json/);
  await writeFile(join(folder, "pytorch_model.bin"), "x");
  await refused(folder, /pytorch_model.bin is a file of PyTorch .*runs whatever code.*save_pretrained/);
  await index(folder, { a: "absent.safetensors" });
  await refused(folder, /absent.safetensors: no such file, and another file in its folder names it/);
  await index(folder, { a: 3 });
  await refused(folder, /names the file 3/);
  await index(folder, {});
  await refused(folder, /weight_map is empty/);
  await index(folder, []);
  await refused(folder, /has no weight_map/);
  await writeFile(join(folder, "model.safetensors.index.json"), "{");
  await refused(folder, /index.json is damaged/);
  await shard(join(folder, "a.safetensors"), { t: vector(1) });
  await shard(join(folder, "b.safetensors"), { t: vector(1) });
  await index(folder, { t: "a.safetensors", u: "b.safetensors" });
  await refused(folder, /both hold t/);
});
