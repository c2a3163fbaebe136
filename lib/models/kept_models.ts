import { ownPath } from "../formats/own_path.ts";

/** The names of the models that are kept with the library. */
export const keptModels: readonly string[] = ["vit-drawn"];

/**
 * The folder of a model that is kept with the library.
 *
 * @throws UsageError where the library's files are not on this disk
 */
export function keptModelFolder(name: string): string {
  return ownPath(`data/models/${name}`);
}
