import { join } from "node:path";
import type { Places } from "../setup/places.ts";
import { commandPart } from "./deno_parts.ts";
import type { Part } from "./part.ts";

/** The first TypeScript block of a Markdown text. */
export function firstTypeScript(markdown: string): string {
  const block = /^```ts\n([\s\S]*?)^```$/m.exec(markdown);
  if (block === null) throw new Error("README.md has no ```ts block");
  return block[1]!;
}

/** The README's script, run as it stands by Deno and by Bun. */
export async function readmeParts(places: Places): Promise<Part[]> {
  const file = join(places.root, ".nlora", "readme", "script.ts");
  await Deno.mkdir(join(file, ".."), { recursive: true });
  await Deno.writeTextFile(file, firstTypeScript(await Deno.readTextFile(join(places.root, "README.md"))));
  return [
    commandPart("README's script in Deno", places, [Deno.execPath(), "run", "-A", "--unstable-webgpu", file]),
    commandPart("README's script in Bun", places, ["npx", "--yes", "bun@1.4.5", "run", file]),
  ];
}
