import { accessSync, constants, mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../usage_error.ts";

/** Free space that a run asks for before it begins: an adapter of some hundred layers with its start, and the record. */
const neededBytes = 256 * 2 ** 20;

/** The names under which files and checkpoints are written before they take their own. */
const aside = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * Makes a folder for results and checks, before any work is done, that they can be written there. What a process that was
 * killed while it wrote has left half done is removed.
 *
 * @returns a function that takes back the folders that were made, as far as they are still empty
 * @throws UsageError where it cannot be made or written, is a file, or its disk is nearly full
 */
export function prepareFolder(folder: string): () => void {
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    for (const name of readdirSync(folder)) {
      if (aside.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw new UsageError(
      `cannot write to ${folder} (${(error as Error).message}); choose another folder with --out`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const takeBack = () => removeEmpty(folder, made);
  if (free < neededBytes) {
    takeBack();
    const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
    throw new UsageError(
      `${folder} has ${megabytes(free)} free and ${
        megabytes(neededBytes)
      } are needed; free some, or choose another ` +
        `folder with --out`,
    );
  }
  return takeBack;
}

/** Removes a folder and those above it up to `highest`, until one is not empty. */
function removeEmpty(folder: string, highest: string | undefined): void {
  if (highest === undefined) return;
  const last = resolve(highest);
  try {
    for (let path = resolve(folder);; path = dirname(path)) {
      rmdirSync(path);
      if (path === last) return;
    }
  } catch {
    // What is not empty stays.
  }
}
