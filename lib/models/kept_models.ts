import { fileURLToPath } from "node:url";

/** The models that are kept with the library, by name: their folders. */
export const keptModels: ReadonlyMap<string, string> = new Map(
  ["vit-drawn"].map((name) => [name, fileURLToPath(new URL(`../../data/models/${name}`, import.meta.url))]),
);
