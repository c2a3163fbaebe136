import { realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { UsageError } from "../usage_error.ts";

/** Whether a path, with `/` between folders, stays below the folder that it is taken from and is written plainly. */
export function isPlainPath(path: string): boolean {
  return !/[\\\0]/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Where a file lies that another file in `folder` names. A link is followed only within the folder or, in the Hub's
 * cache, to the same repository's blobs, so that no file can make another part of the machine be read.
 *
 * @param name with `/` between folders
 * @throws UsageError for a name that leads out of the folder, or a file that is not there
 */
export async function fileInFolder(folder: string, name: string): Promise<string> {
  const path = join(folder, ...name.split("/"));
  if (!isPlainPath(name)) {
    throw new UsageError(
      `${folder}: the file ${JSON.stringify(name)} that it names would lie elsewhere; bring it again`,
    );
  }
  let [home, found]: string[] = [];
  try {
    [home, found] = [await realpath(folder), await realpath(path)];
  } catch {
    throw new UsageError(`${path}: no such file, and another file in its folder names it; bring it too`);
  }
  const snapshots = dirname(home);
  const blobs = snapshots.endsWith(`${sep}snapshots`) ? join(dirname(snapshots), "blobs") : home;
  if (!isBelow(home, found) && !isBelow(blobs, found)) {
    throw new UsageError(`${path} is a link to ${found}, outside its folder; put the file itself there`);
  }
  return path;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && join(folder, way) === path;
}
