import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../usage_error.ts";
import { fileInFolder } from "./file_in_folder.ts";
import { isRecord, shownJson } from "./json.ts";
import { readJsonObject } from "./read_json.ts";
import { absentTensor, openSafetensorsFile, type Safetensors, torchFile } from "./safetensors_file.ts";

/** The names under which transformers keeps a model's weights: in one file, or the list of several. */
export const weightFiles = { whole: "model.safetensors", index: "model.safetensors.index.json" } as const;
/** The same in PyTorch's own format. */
const torchFiles = ["pytorch_model.bin", "pytorch_model.bin.index.json"];

/**
 * The files with a model's weights in its folder: model.safetensors, or those that model.safetensors.index.json lists.
 *
 * @throws UsageError where there is neither, or the index is damaged or leads out of the folder
 */
export async function safetensorsFiles(folder: string): Promise<string[]> {
  const whole = join(folder, weightFiles.whole);
  if (existsSync(whole)) return [whole];
  const index = join(folder, weightFiles.index);
  if (existsSync(index)) {
    return await Promise.all((await shardNames(index)).map((name) => fileInFolder(folder, name)));
  }
  const torch = torchFiles.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (torch) throw torchFile(torch);
  throw new UsageError(
    `${folder} holds neither ${weightFiles.whole} nor ${weightFiles.index}; give the folder of a model with one of them`,
  );
}

/**
 * The files that an index lists, each once, in the order of their names.
 *
 * @param path of the index
 * @throws UsageError where it is absent or damaged, or a name is no plain file name
 */
export async function shardNames(path: string): Promise<string[]> {
  const refuse = (what: string) =>
    new UsageError(`${path} is no index of safetensors: ${what}; bring the file again`);
  const { weight_map: map } = await readJsonObject(path);
  if (!isRecord(map)) throw refuse("it has no weight_map");
  const names = [...new Set(Object.values(map))].sort();
  for (const name of names) {
    if (typeof name !== "string" || !/^[\w-][\w.-]*\.safetensors$/.test(name)) {
      throw refuse(`its weight_map names the file ${shownJson(name)}`);
    }
  }
  if (names.length === 0) throw refuse("its weight_map is empty");
  return names as string[];
}

/**
 * Opens the weights in a model's folder, of one file or of several.
 *
 * @throws UsageError as {@linkcode safetensorsFiles} does, and where a file is damaged or two hold a tensor of one name
 */
export async function openSafetensorsFolder(folder: string): Promise<Safetensors> {
  const files: Safetensors[] = [];
  const close = async () => {
    for (const file of files) await file.close();
  };
  try {
    for (const path of await safetensorsFiles(folder)) files.push(await openSafetensorsFile(path));
    const owners = new Map<string, Safetensors>();
    for (const file of files) {
      for (const name of file.tensors.keys()) {
        const other = owners.get(name);
        if (other) {
          throw new UsageError(`${other.path} and ${file.path} both hold ${name}; bring the files again`);
        }
        owners.set(name, file);
      }
    }
    const ownerOf = (name: string) => {
      const owner = owners.get(name);
      if (!owner) throw absentTensor(folder, name);
      return owner;
    };
    return {
      path: folder,
      tensors: new Map(files.flatMap((file) => [...file.tensors])),
      metadata: files[0]!.metadata,
      read: async (name) => await ownerOf(name).read(name),
      pieces: (name, unit) => ownerOf(name).pieces(name, unit),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
