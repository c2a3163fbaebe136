import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import process from "node:process";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { catalogue } from "../../lib/models/catalogue.ts";
import { findModel } from "../../lib/models/find_model.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { localModel } from "../../lib/models/local_model.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { type DecoderCase, decoderFolder } from "./golden_decoders.ts";

await useBackend();
const commit = "0123456789abcdef0123456789abcdef01234567";

/** Runs `work` with an empty cache, and a server that gives the folder's files as the Hub does; returns what was asked for. */
async function withHub(folder: string, work: (asked: string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    const path = join(folder, basename(url!));
    asked.push(`${method} ${url}`);
    const head = { "x-repo-commit": commit };
    if (!existsSync(path)) {
      return void response.writeHead(404, { ...head, "x-error-code": "EntryNotFound" }).end();
    }
    const bytes = readFileSync(path);
    const etag = `"${createHash("sha256").update(bytes).digest("hex")}"`;
    response.writeHead(200, { ...head, etag, "content-length": bytes.length }).end(
      method === "HEAD" ? "" : bytes,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const names = ["HF_HUB_CACHE", "HF_ENDPOINT", "HF_HUB_OFFLINE"] as const;
  const before = names.map((name) => process.env[name]);
  try {
    await withFolder(async (cache) => {
      process.env.HF_HUB_CACHE = cache;
      process.env.HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      delete process.env.HF_HUB_OFFLINE;
      await work(asked);
    });
  } finally {
    names.forEach((name, i) =>
      before[i] === undefined ? delete process.env[name] : process.env[name] = before[i]
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const refused = (work: Promise<unknown>, message: RegExp) =>
  assert.rejects(work, { name: UsageError.name, message });

/** Refuses a copy of a model's folder that `change` has changed. */
async function refusedAfter(name: DecoderCase, change: (folder: string) => Promise<void>, message: RegExp) {
  await withFolder(async (folder) => {
    await cp(decoderFolder(name), folder, { recursive: true });
    await change(folder);
    await assertNoLeak(() => refused(loadModel(folder), message));
  });
}

Deno.test("a Hub id becomes a folder in the cache with the files that loading needs, of one commit, and is found there offline", () =>
  withHub(decoderFolder("qwen2"), async (asked) => {
    const folder = await findModel("owner/tiny");
    assert.equal(basename(folder), commit);
    const model = await loadModel("owner/tiny");
    assert.equal(model.name, "owner/tiny");
    model.dispose();
    const brought = asked.filter((line) => line.startsWith("GET")).map((line) => basename(line));
    assert.deepEqual(brought.sort(), [
      "config.json",
      ...[1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`),
      ...["model.safetensors.index.json", "tokenizer.json", "tokenizer_config.json"],
    ]);
    process.env.HF_HUB_OFFLINE = "1";
    const before = asked.length;
    assert.equal(await findModel("owner/tiny"), folder);
    assert.equal(asked.length, before);
  }));

Deno.test("a model of the catalogue is where the Hub's cache holds all of it", () =>
  withHub(decoderFolder("qwen2"), async () => {
    const entry = catalogue.find(({ name }) => name === "qwen2-0.5b")!;
    assert.equal(await localModel(entry), null);
    const folder = await findModel(entry.name);
    assert.equal(await localModel(entry), folder);
    await rm(join(folder, "model-00002-of-00003.safetensors"));
    assert.equal(await localModel(entry), null);
  }));

Deno.test("a model that is nowhere is refused with the places tried and the mend", () =>
  withHub("no such folder", async () => {
    await refused(
      loadModel("gpt-9"),
      /unknown model "gpt-9"; choose one of smollm2.*, a \.gguf file, a folder, or a Hub id/,
    );
    await refused(
      loadModel("owner/none"),
      /owner\/none is not here: config\.json .* is not found \(404\).*; no such folder/,
    );
    await refused(
      loadModel("llama-2-7b"),
      /llama-2-7b is not here: .*; accept the Llama 2 Community License at .*HF_TOKEN/,
    );
    await refused(loadModel(import.meta.filename!), /neither a \.gguf file nor a folder with config\.json/);
  }));

Deno.test("an architecture that is not read is refused before its weights are looked for", async () => {
  const config = (fields: object) => (folder: string) =>
    writeFile(join(folder, "config.json"), JSON.stringify(fields));
  await refusedAfter(
    "llama",
    config({ model_type: "gemma2" }),
    /model_type is "gemma2"; expected one of llama.*caps/,
  );
  await refusedAfter("llama", config({}), /model_type is absent; expected a text/);
  await refusedAfter("llama", config([]), /config\.json holds no JSON object/);
  await refusedAfter("llama", (folder) => rm(join(folder, "config.json")), /config\.json cannot be read/);
});

Deno.test("weights that are missing, of another shape, or unknown are refused, and nothing is left behind", async () => {
  const name = "model.layers.1.mlp.up_proj.weight";
  const change =
    (edit: (tensors: Awaited<ReturnType<typeof readSafetensors>>["tensors"]) => void) =>
    async (folder: string) => {
      const path = join(folder, "model.safetensors");
      const { tensors } = await readSafetensors(path);
      edit(tensors);
      await writeSafetensors(path, tensors);
    };
  await refusedAfter(
    "llama",
    change((tensors) => tensors.delete(name)),
    /has no tensor model\.layers\.1\.mlp\.up_proj/,
  );
  await refusedAfter(
    "llama",
    change((tensors) => tensors.set(name, { ...tensors.get(name)!, shape: [16, 20] })),
    /up_proj\.weight is \[16,20\], and the model's own configuration makes it \[20,16\]/,
  );
  await refusedAfter(
    "llama",
    change((tensors) =>
      tensors.set("model.layers.0.self_attn.q_norm.weight", tensors.get("model.norm.weight")!)
    ),
    /holds model\.layers\.0\.self_attn\.q_norm\.weight, which a llama of this configuration does not have/,
  );
  await refusedAfter(
    "qwen2",
    (folder) => rm(join(folder, "model-00003-of-00003.safetensors")),
    /no such file/,
  );
  await refusedAfter("qwen2", async (folder) => {
    const path = join(folder, "model.safetensors.index.json");
    const index = await readFile(path, "utf8");
    await writeFile(path, index.replaceAll("model-00003-of-00003", "../../secret"));
  }, /index of safetensors: its weight_map names the file "\.\.\/\.\.\/secret/);
  await refusedAfter(
    "llama",
    (folder) => rm(join(folder, "model.safetensors")),
    /holds neither model\.safetensors nor/,
  );
});
