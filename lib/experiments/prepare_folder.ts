import { accessSync, constants, mkdirSync, statfsSync, statSync } from "node:fs";
import { UsageError } from "../usage_error.ts";

/** Free space that a run asks for before it begins: an adapter of some hundred layers with its start, and the record. */
const neededBytes = 256 * 2 ** 20;

/**
 * Makes a folder for results and checks, before any work is done, that they can be written there.
 *
 * @throws UsageError where it cannot be made or written, is a file, or its disk is nearly full
 */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UsageError(
      `cannot write to ${folder} (${(error as Error).message}); choose another folder with --out`,
    );
  }
  if (!statSync(folder).isDirectory()) {
    throw new UsageError(`${folder} is a file; choose a folder with --out`);
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < neededBytes) {
    const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
    throw new UsageError(
      `${folder} has ${megabytes(free)} free and ${
        megabytes(neededBytes)
      } are needed; free some, or choose another ` +
        `folder with --out`,
    );
  }
}
