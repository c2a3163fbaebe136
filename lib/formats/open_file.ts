import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";

/**
 * Opens a file for reading and learns its size in bytes.
 *
 * @throws UsageError naming the path if there is no such file, it is not a plain file, or it may not be read.
 */
export async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new UsageError(`${path}: no such file; check the path`);
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new UsageError(
        `${path}: no permission to read it; change its permissions or choose another file`,
      );
    }
    if (code === "EISDIR") throw new UsageError(`${path} is a folder; give the path of a file`);
    throw error;
  }
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new UsageError(`${path} is not a plain file; give the path of a file`);
  }
  return { handle, size: stat.size };
}

/**
 * The `length` bytes at `offset` of an open file.
 *
 * @throws UsageError if the file ends before (it was cut while it was open).
 */
export function readBytes(
  { fd }: FileHandle,
  path: string,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  fillBytes(fd, path, bytes, offset);
  return bytes;
}

/**
 * Fills `bytes` from an open file, from `offset` on, at once: each wait for another thread would cost more than such a read.
 *
 * @throws UsageError as {@link readBytes} does
 */
export function fillBytes(fd: number, path: string, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, 2 ** 30);
    const bytesRead = readSync(fd, bytes, done, length, offset + done);
    if (bytesRead === 0) {
      throw new UsageError(`${path} ended at byte ${offset + done} while it was read; bring the file again`);
    }
    done += bytesRead;
  }
}
