import { dirname } from "node:path";

/** Whether the file at `path` holds exactly `content`. */
export async function isStamped(path: string, content: string): Promise<boolean> {
  return await Deno.readTextFile(path).catch(() => null) === content;
}

/** Writes `content` aside and renames it to `path`, so that a stamp is either whole or absent. */
export async function writeStamp(path: string, content: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${Deno.pid}.part`;
  await Deno.writeTextFile(aside, content);
  await Deno.rename(aside, path);
}
