import { existsSync } from "node:fs";
import { open, readFile, rm, truncate } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";
import { readJsonLines } from "./jsonl.ts";
import { explainWriteError, writeAside } from "./write_aside.ts";

/** What the lines of a log come from, by name: only work of the same settings goes on with it. */
export type LogSettings = { readonly [name: string]: unknown };

/** A JSON Lines file that grows by a line for each finished piece of work. */
export interface JsonLinesLog<T> {
  /** The lines that were there before, in their order. */
  readonly earlier: readonly T[];
  /** Adds lines; they are on the disk when the promise resolves. */
  append(...lines: T[]): Promise<void>;
  /**
   * A log without a line leaves nothing behind.
   *
   * @param done whether the work is whole; otherwise its settings stay beside the file, so that it can be gone on with
   */
  close(done: boolean): Promise<void>;
}

/**
 * Opens a log of work that may be cut off at any moment and gone on with. Until it is done, `PATH.settings.json` beside it
 * tells what it is of. A last line that was cut off is dropped.
 *
 * @param resume whether to go on with the lines that are there; otherwise the file begins empty
 * @throws UsageError where a log that can be gone on with is in the way, or one of other settings is to be gone on with (what differs is
 * named), or it cannot be written
 *
 * @example
 * ```ts
 * import { openJsonLinesLog } from "./json_lines_log.ts";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const path = join(folder, "squares.jsonl");
 * const first = await openJsonLinesLog(path, { power: 2 }, false);
 * await first.append({ of: 3, is: 9 });
 * await first.close(false);
 * const second = await openJsonLinesLog(path, { power: 2 }, true);
 * assert.deepEqual(second.earlier, [{ of: 3, is: 9 }]);
 * await second.close(true);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openJsonLinesLog<T extends object>(
  path: string,
  settings: LogSettings,
  resume: boolean,
): Promise<JsonLinesLog<T>> {
  const beside = settingsPath(path);
  const there = await readSettings(beside);
  if (there && !resume) {
    throw new UsageError(
      `${path} is there already; go on with it by --resume, remove it, or choose another --out`,
    );
  }
  if (resume && !there && existsSync(path)) {
    throw new UsageError(
      `${path} cannot be gone on with: ${beside}, which tells what it is of, is not there; remove it, or choose another --out`,
    );
  }
  if (there) checkSame(path, there, settings);
  else await writeAside(beside, JSON.stringify(settings, null, 2) + "\n");
  const earlier = there && existsSync(path) ? await wholeLines<T>(path) : [];
  const handle = await open(path, there ? "a" : "w").catch((error) => {
    throw explainWriteError(error, path);
  });
  let last: Promise<void> = Promise.resolve();
  let written = earlier.length;
  return {
    earlier,
    append: (...lines) =>
      last = last.then(async () => {
        written += lines.length;
        await handle.appendFile(lines.map((line) => JSON.stringify(line) + "\n").join(""));
        await handle.datasync();
      }).catch((error) => {
        throw explainWriteError(error, path);
      }),
    async close(done) {
      await last.catch(() => {}); // whoever appended has heard of it
      await handle.close();
      if (written === 0) await rm(path, { force: true });
      if (done || written === 0) await endLog(path);
    },
  };
}

/** Says of a closed log that its work is whole: it cannot be gone on with any more, and may be written over. */
export async function endLog(path: string): Promise<void> {
  await rm(settingsPath(path), { force: true });
}

function settingsPath(path: string): string {
  return `${path}.settings.json`;
}

async function readSettings(path: string): Promise<LogSettings | null> {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(await readFile(path, "utf8")) as LogSettings;
  } catch (error) {
    throw new UsageError(
      `${path} is damaged (${
        (error as Error).message
      }); remove it and the file it is of, or choose another --out`,
    );
  }
}

function checkSame(path: string, there: LogSettings, given: LogSettings): void {
  const here = JSON.parse(JSON.stringify(given)) as LogSettings; // as it would be read back
  const text = (value: unknown) => JSON.stringify(value) ?? "not given";
  const differing = [...new Set([...Object.keys(there), ...Object.keys(here)])]
    .filter((name) => text(there[name]) !== text(here[name]))
    .map((name) => `${name} is ${text(there[name])} there and ${text(here[name])} here`);
  if (differing.length === 0) return;
  throw new UsageError(
    `${path} is of other work: ${differing.join("; ")}; give what it was begun with, or choose another --out`,
  );
}

/** The lines of a file, of which one that does not end, having been cut off, is taken away. */
async function wholeLines<T>(path: string): Promise<T[]> {
  const bytes = await readFile(path);
  await truncate(path, bytes.lastIndexOf("\n") + 1);
  return (await readJsonLines(path)).map(({ fields }) => fields as T);
}
