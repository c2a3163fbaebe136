import { dirname, join, relative } from "node:path";

/** What a page links to, and the places in it. */
interface Page {
  readonly links: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

/** The links and sources of the pages below a folder that lead to no file, or to no place in it: `page → link`. */
export async function brokenLinks(site: string): Promise<string[]> {
  const pages = new Map<string, Page>();
  const others = new Set<string>();
  for await (const path of filesBelow(site)) {
    if (path.endsWith(".html")) pages.set(path, readPage(await Deno.readTextFile(path)));
    else others.add(path);
  }
  const broken: string[] = [];
  for (const [path, { links }] of pages) {
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [address, fragment = ""] = link.replaceAll("&#x2F;", "/").replaceAll("&amp;", "&").split("#");
      const file = decodeURIComponent(address!);
      const place = file === "" ? path : join(dirname(path), file.replace(/\?.*$/, ""));
      const target = place.endsWith("/") ? `${place}index.html` : place;
      const page = pages.get(target);
      const found = page ? leadsInto(page, fragment) : others.has(target);
      if (!found) broken.push(`${relative(site, path)} → ${link}`);
    }
  }
  return broken;
}

/** As browsers look for it: the fragment as it is written, and then decoded. */
function leadsInto({ ids }: Page, fragment: string): boolean {
  return fragment === "" || ids.has(fragment) || ids.has(decodeURIComponent(fragment));
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

function readPage(whole: string): Page {
  const html = whole.replaceAll(/<script\b(?![^>]*\ssrc=)[^>]*>[\s\S]*?<\/script>/g, "");
  const values = (name: string) =>
    new Set(Array.from(html.matchAll(new RegExp(`\\s(?:${name})="([^"]*)"`, "g")), ([, value]) => value!));
  return { links: values("href|src"), ids: values("id|name") };
}
