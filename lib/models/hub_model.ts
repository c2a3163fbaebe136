import { basename, dirname } from "node:path";
import { hubFile } from "../formats/hub.ts";
import { shardNames, weightFiles } from "../formats/safetensors_folder.ts";
import { UsageError } from "../usage_error.ts";
import { type Architecture, architectureOf, decoders, encoders, visions } from "./architectures.ts";
import { openModelFolder } from "./model_folder.ts";

/**
 * The folder of a model of the Hub, in its cache, with the files that loading needs; what is not there is downloaded.
 *
 * @param repo `owner/name`
 * @throws UsageError that names what is missing, and for a model that is not read, before its weights are fetched
 */
export async function hubModel(repo: string, revision = "main"): Promise<string> {
  const config = await hubFile({ repo, path: "config.json", type: "model", revision });
  const folder = dirname(config);
  const commit = basename(folder); // so that all files are of one commit
  const bring = (path: string) => hubFile({ repo, path, type: "model", revision: commit });
  const { files } = architectureOf<Architecture>(
    { ...decoders, ...encoders, ...visions },
    await openModelFolder(folder),
  );
  for (const path of files) await bring(path);
  try {
    await bring(weightFiles.whole);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const index = await bring(weightFiles.index).catch((other) => {
      throw other instanceof UsageError ? new UsageError(`${error.message}; and ${other.message}`) : other;
    });
    for (const path of await shardNames(index)) await bring(path);
  }
  return folder;
}
