import { join } from "node:path";
import { exists } from "./exists.ts";
import { pip } from "./pip.ts";
import type { Places } from "./places.ts";
import { isStamped, writeStamp } from "./stamp.ts";
import type { Progress } from "./step.ts";

/** A set of packages in the venv that counts as there only when pip has come to its end. */
export interface InstalledSet {
  isDone(): Promise<boolean>;
  install(progress: Progress): Promise<void>;
}

/** What a set consists of. */
export interface SetContent {
  /** Arguments of `pip install`. */
  readonly args: readonly string[];
  /** What the stamp holds: another content is another set, installed anew. */
  readonly stamp: string;
  /** Packages that another content of the set may have left, to be uninstalled first. */
  readonly replaces?: readonly string[];
}

/**
 * The set `name`, made by pip. A mark is put down before pip starts and becomes the stamp when
 * pip is done; where the mark is found, everything is installed over what the interrupted run has left.
 */
export function installedSet(places: Places, name: string, content: SetContent): InstalledSet {
  const stamp = join(places.venv, `nlora-${name}`);
  const mark = `${stamp}.unfinished`;
  return {
    isDone: async () => await isStamped(stamp, content.stamp) && await exists(places.python),
    async install(progress) {
      const unfinished = await exists(mark);
      if (content.replaces && !unfinished) {
        await pip(places, ["uninstall", "--yes", ...content.replaces], progress);
      }
      await Deno.writeTextFile(mark, "");
      await Deno.remove(stamp).catch(() => {});
      await pip(
        places,
        ["install", ...(unfinished ? ["--ignore-installed"] : []), ...content.args],
        progress,
      );
      await writeStamp(stamp, content.stamp);
      await Deno.remove(mark);
    },
  };
}
