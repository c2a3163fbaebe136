import { join } from "node:path";
import { type Places, placesOf } from "../../tasks/setup/places.ts";

/** Shell scripts stand in for programs; there are none on Windows. */
export const noShell: boolean = Deno.build.os === "windows";

/** Runs `use` with the places of an empty clone, removed afterwards. */
export async function withPlaces(use: (places: Places) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await use(placesOf(root, {}));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Writes a shell script that can be run as a program. */
export async function writeProgram(path: string, script: string): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
  await Deno.chmod(path, 0o755);
}

/** A venv whose interpreter, asked for pip, runs `script` with pip's arguments in `$*`. */
export async function fakePip(places: Places, script: string): Promise<void> {
  await writeProgram(places.python, `shift 2\n${script}`);
}
