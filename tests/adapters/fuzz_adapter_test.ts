import { readFileSync } from "node:fs";
import { join } from "node:path";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { fuzz } from "../formats/fuzz.ts";
import { hostileJson, hostileSafetensors } from "../formats/hostile.ts";
import { withFolder } from "../temporary_folder.ts";
import { withModel } from "./with_model.ts";

await useBackend();

const files = {
  "adapter.json": (bytes: Uint8Array, count: number) =>
    hostileJson(JSON.parse(new TextDecoder().decode(bytes)), count, 1),
  "adapter_model.safetensors": (bytes: Uint8Array, count: number) => hostileSafetensors(bytes, count, 2),
};

for (const [name, damaged] of Object.entries(files)) {
  Deno.test(`adapters with a damaged ${name} are loaded or refused, and leak nothing`, async () => {
    await withFolder(async (folder) => {
      await withModel(async (model) => {
        const adapter = await adapt(model, { method: "nlora", rank: 2, targets: ["q_proj"] });
        await saveAdapter(adapter, model, folder);
        adapter.remove();
        const path = join(folder, name);
        const bytes = new Uint8Array(readFileSync(path));
        const load = async () => (await loadAdapter(model, folder)).remove();
        await fuzz(0.05, (count) => damaged(bytes, count), path, load);
      });
    });
  });
}
