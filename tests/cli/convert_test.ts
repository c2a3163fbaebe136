import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { decoderFolder } from "../models/golden_decoders.ts";
import { withFolder } from "../temporary_folder.ts";
import { nlora } from "./command_line.ts";

Deno.test("convert --to merged: a model's folder and its adapter become one model, which generate reads", () =>
  withFolder(async (folder) => {
    const [model, adapter] = [decoderFolder("qwen2"), join(decoderFolder("qwen2"), "adapter")];
    const document = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await nlora([...args, "--json"]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const out = join(folder, "merged");
    const { file, bytes } = await document([
      ...["convert", "--model", model, "--adapter", adapter, "--to", "merged", "--out", out],
    ]);
    assert.equal(file, join(out, "model.safetensors"));
    assert.equal(bytes, (await Deno.stat(file)).size);

    const words = ["--prompt", "once", "--max-new-tokens", "8", "--temperature", "0"];
    const beside = await document(["generate", "--model", model, "--adapter", adapter, ...words]);
    const merged = await document(["generate", "--model", out, ...words]);
    const without = await document(["generate", "--model", model, ...words]);
    assert.deepEqual(merged.ids, beside.ids);
    assert.notDeepEqual(merged.ids, without.ids);
  }));

Deno.test("convert --to merged: the model's own folder is not written over", () =>
  withFolder(async (folder) => {
    await cp(decoderFolder("llama"), folder, { recursive: true });
    const { code, stderr } = await nlora(
      ["convert", "--model", folder, "--adapter", join(folder, "adapter"), "--to", "merged", "--out", folder],
    );
    assert.equal(code, 2);
    assert.match(stderr, /--out .* is the model's own folder; choose another one/);
  }));
