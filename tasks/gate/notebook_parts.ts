import { join } from "node:path";
import { runNotebook } from "../notebook.ts";
import type { Places } from "../setup/places.ts";
import type { Part } from "./part.ts";

/** Every notebook of the folder, executed in the preset `smoke`; each is one test. */
export function notebookParts(places: Places, seconds: number): Part[] {
  const folder = join(places.root, "notebooks");
  const files = [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((name) =>
    name.endsWith(".ipynb")
  );
  if (files.length === 0) {
    const log = `no notebook in ${folder}`;
    return [{ name: "notebooks", run: () => Promise.resolve({ passed: 0, failed: 1, skipped: 0, log }) }];
  }
  return files.sort().map((name) => ({
    name: `notebook ${name}`,
    async run(progress) {
      const out = join(places.out, "test");
      await runNotebook({ file: join(folder, name), preset: "smoke", out, seconds }, progress);
      return { passed: 1, failed: 0, skipped: 0, log: "" };
    },
  }));
}
