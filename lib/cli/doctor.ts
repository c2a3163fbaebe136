import { existsSync } from "node:fs";
import process from "node:process";
import { listKernels } from "../../kernels/install.ts";
import { kernelsFolders } from "../../kernels/jupyter_folders.ts";
import { byteText } from "../report/byte_text.ts";
import { catalogue, type CatalogueEntry } from "../models/catalogue.ts";
import { localModel } from "../models/local_model.ts";
import { weightBytes } from "../nn/weight_bytes.ts";
import { versions } from "../experiments/environment.ts";
import { Unavailable } from "../tensor/backend.ts";
import { backends, useBackend } from "../tensor/use_backend.ts";
import type { Command } from "./command.ts";

interface BackendState {
  readonly name: string;
  readonly usable: boolean;
  readonly device: string | null;
  /** Why it cannot be used, and what would bring it. */
  readonly reason: string | null;
  readonly remedy: string | null;
}

interface Presence {
  readonly name: string;
  readonly here: boolean;
  readonly path: string;
  readonly remedy: string | null;
}

/** `nlora doctor`: what is here, what is missing, and what would bring it. */
export const doctor: Command = {
  name: "doctor",
  summary: "tells which backends, models, data and kernels are here, and what would bring the rest",
  usage: "",
  options: {},
  async run() {
    const states: BackendState[] = [];
    for (const backend of backends) {
      try {
        const { description } = await backend.load();
        states.push({ name: backend.name, usable: true, device: description, reason: null, remedy: null });
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        const { message, remedy } = error;
        states.push({ name: backend.name, usable: false, device: null, reason: message, remedy });
      }
    }
    const chosen = await useBackend();
    const models = await Promise.all(catalogue.map(modelPresence));
    const kernels = kernelsHere();
    const folder = process.env.NLORA_DATA ?? "";
    const data = [
      { name: "arithmetic", here: true, path: "made by the library", remedy: null },
      presence(
        "gsm8k",
        folder && `${folder}/gsm8k`,
        "it comes from the Hub at first use; NLORA_DATA or --data names a folder that holds it",
      ),
    ];
    return {
      json: { backends: states, chosen, versions: versions(), models, kernels, data },
      text: [
        ...states.map(backendLine),
        `in use: ${chosen.name} on ${chosen.device} (${chosen.reason})`,
        ...models.map(modelLine),
        ...[["kernel", kernels], ["data", data]].flatMap(([kind, list]) =>
          (list as Presence[]).map((item) => presenceLine(kind as string, item))
        ),
        Object.entries(versions()).map(([name, version]) => `${name} ${version}`).join(", "),
      ].join("\n"),
      done: true,
    };
  },
};

interface ModelPresence extends Presence, Omit<CatalogueEntry, "name" | "file" | "mend"> {
  /** Of the weights on the backend, in bytes. */
  readonly memory: { readonly float32: number; readonly q4: number };
}

async function modelPresence(entry: CatalogueEntry): Promise<ModelPresence> {
  const { file, mend, ...known } = entry;
  const path = await localModel(entry);
  const { repo } = known.hub;
  const licence = known.gated ? ` to those who have accepted its licence and set HF_TOKEN` : "";
  return {
    ...known,
    here: path !== null,
    path: path ?? "",
    remedy: path
      ? null
      : file
      ? "`deno task setup` brings it"
      : mend ?? `it comes from ${repo} at first use${licence}`,
    memory: { float32: weightBytes(known.parameters, "float32"), q4: weightBytes(known.parameters, "q4") },
  };
}

/** The installed kernels, and `nlora` where it is not among them. */
function kernelsHere(): Presence[] {
  const installed = listKernels(kernelsFolders()).map(({ name, path, broken }) => ({
    name,
    here: broken === null,
    path,
    remedy: broken,
  }));
  if (installed.some(({ name }) => name === "nlora")) return installed;
  return [{ name: "nlora", here: false, path: "", remedy: "`deno task setup` brings it" }, ...installed];
}

function presence(name: string, path: string, remedy: string): Presence {
  const here = path !== "" && existsSync(path);
  return { name, here, path, remedy: here ? null : remedy };
}

function backendLine({ name, usable, device, reason, remedy }: BackendState): string {
  return `backend ${name.padEnd(12)}${usable ? `works on ${device}` : `is not here: ${reason}; ${remedy}`}`;
}

function modelLine(model: ModelPresence): string {
  const { licence, bytes, memory: { float32, q4 } } = model;
  const sizes = `${byteText(bytes)}; ${byteText(float32)} of memory as float32, ${byteText(q4)} as q4`;
  return `${presenceLine("model", model)} (${licence}, ${sizes})`;
}

function presenceLine(kind: string, { name, here, path, remedy }: Presence): string {
  return `${kind.padEnd(7)} ${name.padEnd(22)}${here ? `is here: ${path}` : `is not here; ${remedy}`}`;
}
