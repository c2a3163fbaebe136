import { dirname, join, relative } from "node:path";

/** The links and sources of the pages below a folder that lead to no file, or to no place in it: `page → link`. */
export async function brokenLinks(site: string): Promise<string[]> {
  const broken: string[] = [];
  const places = new Map<string, Promise<Set<string> | null>>();
  const placesOf = (path: string) => {
    if (!places.has(path)) places.set(path, readPlaces(path));
    return places.get(path)!;
  };
  for await (const page of pagesBelow(site)) {
    const html = withoutScripts(await Deno.readTextFile(page));
    const links = new Set(
      [...html.matchAll(/<[a-z][^>]*\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link!),
    );
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, fragment = ""] = decodeURIComponent(
        link.replaceAll("&#x2F;", "/").replaceAll("&amp;", "&"),
      ).split("#");
      const target = path === "" ? page : join(dirname(page), path!.replace(/\?.*$/, ""));
      const found = await placesOf(target.endsWith("/") ? `${target}index.html` : target);
      if (found === null || fragment !== "" && target.endsWith(".html") && !found.has(fragment)) {
        broken.push(`${relative(site, page)} → ${link}`);
      }
    }
  }
  return broken;
}

async function* pagesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* pagesBelow(path);
    else if (name.endsWith(".html")) yield path;
  }
}

/** The ids in a file; null where there is no file. */
async function readPlaces(path: string): Promise<Set<string> | null> {
  const stat = await Deno.stat(path).catch(() => null);
  if (!stat?.isFile) return null;
  if (!path.endsWith(".html")) return new Set();
  const html = withoutScripts(await Deno.readTextFile(path));
  return new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => id!));
}

function withoutScripts(html: string): string {
  return html.replaceAll(/<script\b(?![^>]*\ssrc=)[^>]*>[\s\S]*?<\/script>/g, "");
}
