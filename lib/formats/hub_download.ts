import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "../usage_error.ts";
import { gitBlobSha1, sha256 } from "./digest.ts";
import { exists, type HubFile } from "./hub_cache.ts";
import { type HubFileInfo, hubUrl, openHubFile, unreachable } from "./hub_remote.ts";
import { explainWriteError } from "./write_aside.ts";

/** How far a download is. */
export interface HubProgress {
  readonly path: string;
  /** Bytes on the disk, those of an earlier, cut attempt included. */
  readonly received: number;
  /** Bytes in all, where the Hub tells it. */
  readonly total: number | null;
}

/** Attempts in a row that bring no byte before the download is given up. */
const MAX_FRUITLESS = 3;
/** Milliseconds without a byte after which a connection counts as cut. */
const STALL = 60_000;

/**
 * Brings a file's bytes to `blob`. They gather in `blob`.incomplete, which a cut download leaves and the next one
 * continues; what does not have the digest that the Hub announced is removed.
 */
export async function downloadBlob(
  file: HubFile,
  info: HubFileInfo,
  blob: string,
  onProgress: (progress: HubProgress) => void,
): Promise<void> {
  const incomplete = `${blob}.incomplete`;
  await mkdir(dirname(blob), { recursive: true });
  await (await open(incomplete, "a")).close();
  for (let fruitless = 0;;) {
    const before = await sizeOf(incomplete);
    if (before === info.size) break;
    try {
      await appendRest(file, info, incomplete, onProgress);
      if (info.size === null || await sizeOf(incomplete) >= info.size) break;
      throw new Error("the connection was closed before the end");
    } catch (error) {
      const explained = explainWriteError(error, incomplete);
      if (explained instanceof UsageError) throw explained;
      const received = await sizeOf(incomplete);
      fruitless = received > before ? 0 : fruitless + 1;
      if (fruitless === MAX_FRUITLESS) {
        throw new UsageError(
          `${unreachable(hubUrl(file), error).message}; ${received} of ${
            info.size ?? "?"
          } bytes of ${file.path} ` +
            "are kept, and the same command goes on from there",
        );
      }
      await delay(100 * 2 ** fruitless);
    }
  }
  await checkDigest(file, info, incomplete);
  try {
    await rename(incomplete, blob);
  } catch (error) {
    // Another process may have brought the same file and renamed it first.
    if (!await exists(blob)) throw error;
  }
}

async function appendRest(
  file: HubFile,
  info: HubFileInfo,
  incomplete: string,
  onProgress: (progress: HubProgress) => void,
): Promise<void> {
  const already = await sizeOf(incomplete);
  const start = info.size !== null && already < info.size ? already : 0;
  const abort = new AbortController();
  let stall = setTimeout(() => abort.abort(), STALL);
  const handle = await open(incomplete, "a").then((created) => created.close()).then(() =>
    open(incomplete, "r+")
  );
  try {
    const response = await openHubFile(file, start, abort.signal);
    let at = continuesAt(response, start) ? start : 0;
    await handle.truncate(at);
    for await (const chunk of response.body ?? []) {
      clearTimeout(stall);
      stall = setTimeout(() => abort.abort(), STALL);
      await writeAt(handle, chunk, at);
      at += chunk.length;
      onProgress({ path: file.path, received: at, total: info.size });
      if (info.size !== null && at > info.size) break;
    }
    await handle.sync();
  } finally {
    clearTimeout(stall);
    await handle.close();
  }
}

function continuesAt(response: Response, start: number): boolean {
  return response.status === 206 &&
    (response.headers.get("content-range") ?? "").startsWith(`bytes ${start}-`);
}

/** Writes at a fixed place, so that two processes that bring the same file write the same bytes. */
async function writeAt(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
  }
}

async function checkDigest(file: HubFile, { etag, size }: HubFileInfo, incomplete: string): Promise<void> {
  const found = await (etag.length === 64 ? sha256 : gitBlobSha1)(incomplete);
  const length = await sizeOf(incomplete);
  if (found === etag && (size === null || size === length)) return;
  await rm(incomplete, { force: true });
  throw new UsageError(
    `${hubUrl(file)} came damaged: digest ${found} with ${length} bytes instead of ${etag} with ${
      size ?? "?"
    }; ` +
      "what came is removed; try again, or set HF_ENDPOINT to another mirror",
  );
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
