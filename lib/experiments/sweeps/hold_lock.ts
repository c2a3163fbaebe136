import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { UsageError } from "../../usage_error.ts";

/**
 * Waits until no other living process of this machine holds a folder's lock, the file `FOLDER.lock` beside it, and takes it. One that a
 * dead process left is taken over.
 *
 * @param signal ends the waiting
 * @param seconds how long to wait
 * @returns gives the lock back
 * @throws UsageError where it is held all the while
 */
export async function holdLock(folder: string, signal?: AbortSignal, seconds = 120): Promise<() => void> {
  const path = `${folder}.lock`;
  const own = `${hostname()} ${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  const until = performance.now() + seconds * 1000;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: "wx" });
      return () => {
        if (holder(path) === own) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const other = holder(path);
    if (other !== null && !lives(other)) rmSync(path, { force: true });
    else if (performance.now() > until || signal?.aborted) {
      throw new UsageError(
        `${folder} is in use by the process ${other}; wait for its end, or remove ${path} if there is no such process`,
      );
    } else await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function holder(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Of a process on another machine it cannot be told: it counts as living. */
function lives(holder: string): boolean {
  const [host, pid] = holder.split(" ");
  if (host === undefined || pid === undefined) return true; // being written
  if (host !== hostname()) return true;
  if (Number(pid) === process.pid) return false; // of an earlier life of this number
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
