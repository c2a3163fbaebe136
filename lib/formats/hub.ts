import { join } from "node:path";
import process from "node:process";
import { UsageError } from "../usage_error.ts";
import {
  cachedFile,
  checkHubFile,
  exists,
  hubCacheFolder,
  type HubFile,
  linkIntoSnapshot,
  repoFolder,
} from "./hub_cache.ts";
import { downloadBlob, type HubProgress } from "./hub_download.ts";
import { hubFileInfo, hubUrl } from "./hub_remote.ts";
import { explainWriteError } from "./write_aside.ts";

/** What {@link hubFile} is asked for. */
export interface HubRequest {
  /** `owner/name`. */
  readonly repo: string;
  /** Within the repository, with `/` between folders. */
  readonly path: string;
  readonly type: "model" | "dataset";
  /** Branch, tag or commit; `main` if not given. */
  readonly revision?: string;
  /** Called as bytes arrive; not at all for a file that is in the cache. */
  readonly onProgress?: (progress: HubProgress) => void;
}

/**
 * The local path of a file on the Hub. It is taken from the Hub's cache on this machine if it is there, and else
 * downloaded into it (resumed after a cut, checked against its digest). The cache is the one that Python's
 * huggingface_hub uses, in the same layout. `HF_HUB_CACHE`, `HF_HOME`, `HF_ENDPOINT`, `HF_TOKEN` and
 * `HF_HUB_OFFLINE` mean what they mean there.
 *
 * @throws UsageError that names the places tried and what would bring the file.
 *
 * @example
 * ```ts
 * import { hubFile, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(hubFile({ repo: "../etc", path: "passwd", type: "model" }), UsageError);
 * ```
 */
export async function hubFile(request: HubRequest): Promise<string> {
  const { repo, path, type, revision = "main", onProgress = () => {} } = request;
  const file: HubFile = { repo, path, type, revision };
  checkHubFile(file);
  const cached = await cachedFile(file);
  if (cached !== null) return cached;
  if (isOffline()) {
    throw new UsageError(
      `${path} of the ${type} ${repo} (${revision}) is not in the cache ${hubCacheFolder()}, and HF_HUB_OFFLINE ` +
        `forbids to fetch ${hubUrl(file)}; unset HF_HUB_OFFLINE, or fill the cache by \`${
          downloadCommand(file)
        }\``,
    );
  }
  try {
    const info = await hubFileInfo(file);
    const blob = join(repoFolder(file), "blobs", info.etag);
    if (!await exists(blob)) await downloadBlob(file, info, blob, onProgress);
    return await linkIntoSnapshot(file, info.commit, blob);
  } catch (error) {
    const explained = explainWriteError(error, repoFolder(file));
    if (!(explained instanceof UsageError)) throw explained;
    throw new UsageError(
      `${path} of the ${type} ${repo} is not in the cache ${hubCacheFolder()}; ${explained.message}`,
    );
  }
}

function isOffline(): boolean {
  return /^(1|on|yes|true)$/i.test(process.env.HF_HUB_OFFLINE || process.env.TRANSFORMERS_OFFLINE || "");
}

function downloadCommand({ repo, path, type, revision }: HubFile): string {
  const options = `${type === "dataset" ? " --repo-type dataset" : ""}${
    revision === "main" ? "" : ` --revision ${revision}`
  }`;
  return `hf download ${repo} ${path}${options}`;
}
