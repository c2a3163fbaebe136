import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { withModel } from "./with_model.ts";

await useBackend();

Deno.test("an adapter for another model, a damaged one and a missing one are refused, and the model stays as it was", async () => {
  await withFolder(async (folder) => {
    await withModel(async (model) => {
      const adapter = await adapt(model, { method: "nlora", rank: 2 });
      await saveAdapter(adapter, { name: "another", digest: "0".repeat(64), linears: model.linears }, folder);
      adapter.remove();
      await assert.rejects(loadAdapter(model, folder), /was made for another/);
      const config = join(folder, "adapter.json");
      const text = readFileSync(config, "utf8").replace("0".repeat(64), await model.digest);
      writeFileSync(config, text);
      (await loadAdapter(model, folder)).remove();
      writeFileSync(config, text.replace('"rank": 2', '"rank": 3'));
      await assert.rejects(
        loadAdapter(model, folder),
        /lora_A\.weight is \[2,12\], and \[3,12\] is expected/,
      );
      writeFileSync(config, text.replace('"method": "nlora"', '"method": "dora"'));
      await assert.rejects(loadAdapter(model, folder), /core is not a choice of dora/);
      writeFileSync(config, text);
      const factors = join(folder, "adapter_model.safetensors");
      const bytes = readFileSync(factors);
      writeFileSync(factors, bytes.subarray(0, bytes.length - 5));
      await assert.rejects(loadAdapter(model, folder), UsageError);
      writeFileSync(config, "{");
      await assert.rejects(loadAdapter(model, folder), /adapter.json is damaged/);
      await assert.rejects(loadAdapter(model, join(folder, "none")), /there is no adapter/);
      assert.ok([...model.linears.values()].every((linear) => linear.update === null));
    });
  });
});

Deno.test("equal tensors are written once: IntTune's frozen factors are its start's, VeRA's matrices those of all maps", async () => {
  await withFolder(async (folder) => {
    await withModel(async (model) => {
      const factors = join(folder, "adapter_model.safetensors");
      const numbers = async (method: string) => {
        const adapter = await adapt(model, { method, rank: 2, targets: ["q_proj", "o_proj"] });
        await saveAdapter(adapter, model, folder);
        adapter.remove();
        const headerBytes = Number(new DataView(readFileSync(factors).buffer).getBigUint64(0, true));
        return (statSync(factors).size - 8 - headerBytes) / 4;
      };
      const [d, layers, maps, r] = [12, 2, 2, 2]; // q_proj and o_proj are 16×12 and 12×16
      assert.equal(await numbers("inttune"), layers * maps * (r * (16 + d) + r * r));
      const shared = r * 16 + r * d + 16 * r + d * r;
      assert.equal(await numbers("vera"), shared + r + 16 + d); // all lambda_d are equal at the start, and lambda_b
    });
  });
});
