import { existsSync } from "node:fs";
import process from "node:process";
import { catalogue, homePath } from "../models/catalogue.ts";
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
    const models = catalogue.map(({ name, file }) =>
      presence(name, homePath("models", file), "`deno task setup` brings it")
    );
    const kernel = homePath("venv", "share", "jupyter", "kernels", "nlora", "kernel.json");
    const kernels = [presence("nlora", kernel, "`deno task setup` brings it")];
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
        ...[["model", models], ["kernel", kernels], ["data", data]].flatMap(([kind, list]) =>
          (list as Presence[]).map((item) => presenceLine(kind as string, item))
        ),
        Object.entries(versions()).map(([name, version]) => `${name} ${version}`).join(", "),
      ].join("\n"),
      done: true,
    };
  },
};

function presence(name: string, path: string, remedy: string): Presence {
  const here = path !== "" && existsSync(path);
  return { name, here, path, remedy: here ? null : remedy };
}

function backendLine({ name, usable, device, reason, remedy }: BackendState): string {
  return `backend ${name.padEnd(12)}${usable ? `works on ${device}` : `is not here: ${reason}; ${remedy}`}`;
}

function presenceLine(kind: string, { name, here, path, remedy }: Presence): string {
  return `${kind.padEnd(7)} ${name.padEnd(22)}${here ? `is here: ${path}` : `is not here; ${remedy}`}`;
}
