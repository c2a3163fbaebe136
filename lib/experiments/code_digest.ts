import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { ownPath } from "../formats/own_path.ts";
import { canonicalJson } from "../formats/canonical_json.ts";

/** What stands above the experiments, and what only says when and where they run: these do not change what a run gives. */
const without = [
  "cli",
  "notebook",
  "benchmarks",
  "report",
  join("experiments", "sweeps"),
  join("experiments", "store"),
];

let known: string | undefined;

/**
 * The SHA-256 of the code that a run goes through, and of the versions of the packages that it imports, in hexadecimal; of a library that
 * is imported from the network, of its address, which names one version.
 */
export function codeDigest(): string {
  const { protocol, href } = new URL("..", import.meta.url);
  return known ??= protocol === "file:"
    ? digest(ownPath("lib"))
    : createHash("sha256").update(href).digest("hex");
}

function digest(lib: string): string {
  const { imports, dependencies } = project as { readonly imports?: object; readonly dependencies?: object };
  const hash = createHash("sha256").update(canonicalJson(imports ?? dependencies ?? {})); // the npm package has no imports
  const files = readdirSync(lib, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.[jt]s$/.test(entry.name))
    .map((entry) => relative(lib, join(entry.parentPath, entry.name)))
    .filter((name) => !without.some((folder) => name.startsWith(folder + sep)))
    .sort();
  for (const name of files) {
    hash.update(`\0${name.replaceAll(sep, "/")}\0`).update(readFileSync(join(lib, name)));
  }
  return hash.digest("hex");
}
