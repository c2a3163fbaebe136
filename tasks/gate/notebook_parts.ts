import { basename, join } from "node:path";
import { runNotebook } from "../notebook.ts";
import type { Places } from "../setup/places.ts";
import type { Part } from "./part.ts";
import { withSolutions } from "./with_solutions.ts";

/**
 * Every notebook of the folder, executed in the preset `smoke`, and after its cells the solutions of its exercises where they are
 * kept, in `solutions/NAME.md`; each is one test.
 */
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
      const file = await withItsSolutions(folder, name, join(out, "with_solutions"));
      await runNotebook({ file, preset: "smoke", out, seconds }, progress);
      return { passed: 1, failed: 0, skipped: 0, log: "" };
    },
  }));
}

/** The notebook's file; with solutions, a copy in the folder `out` that has them. */
async function withItsSolutions(folder: string, name: string, out: string): Promise<string> {
  const file = join(folder, name);
  const solutions = await Deno.readTextFile(join(folder, "solutions", `${basename(name, ".ipynb")}.md`))
    .catch(() => null);
  if (solutions === null) return file;
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeTextFile(join(out, name), withSolutions(await Deno.readTextFile(file), solutions));
  return join(out, name);
}
