import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../usage_error.ts";

/** What a file is made of: its text (written as UTF-8), its bytes, or its bytes in chunks. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file so that `path` holds either what it held before or the whole new content, whatever happens: the
 * content goes into a hidden file beside it, is forced to disk, and takes the name at the end. Missing folders
 * are made. On failure the hidden file is removed.
 *
 * @throws UsageError naming the path if there is no permission or no space, or a folder stands in the way.
 *
 * @example
 * ```ts
 * import { writeAside } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const path = join(folder, "notes.txt");
 * await writeAside(path, "whole or not at all\n");
 * assert.equal(await readFile(path, "utf8"), "whole or not at all\n");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeAside(path: string, content: FileContent): Promise<void> {
  const folder = dirname(path);
  const aside = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(aside, "wx");
    try {
      await writeAll(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw explainWriteError(error, path);
  }
}

async function writeAll(handle: FileHandle, content: FileContent): Promise<void> {
  const chunks = typeof content === "string"
    ? [new TextEncoder().encode(content)]
    : content instanceof Uint8Array
    ? [content]
    : content;
  for await (const chunk of chunks) {
    for (let done = 0; done < chunk.length;) {
      done += (await handle.write(chunk, done, Math.min(chunk.length - done, 2 ** 30))).bytesWritten;
    }
  }
}

/** The file system's refusal to write `path` as a {@link UsageError} with a way out; another error as it is. */
export function explainWriteError(error: unknown, path: string): unknown {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UsageError(`no permission to write ${path}; choose another place or change its permissions`);
    case "ENOSPC":
    case "EDQUOT":
      return new UsageError(`no space left on the disk for ${path}; free some or choose another place`);
    case "EISDIR":
      return new UsageError(`${path} is a folder; choose the name of a file`);
    case "ENOTDIR":
    case "EEXIST":
      return new UsageError(
        `${path} cannot be written: a file stands where a folder is needed; choose another place`,
      );
    default:
      return error;
  }
}
