import type { npmPackages } from "./specifiers.ts";

/** What the workshop alone uses: set-up, tests, and the commands for notebooks. */
const workshop = ["node-api-headers", "playwright-core", "typescript"];
/** The native backend, whose addon is compiled by whoever wants it. */
const optional = ["@tensorflow/tfjs-node-gpu"];

/** The package.json of the npm package, from what deno.json says. */
export function packageManifest(
  { version, license }: { readonly version: string; readonly license: string },
  packages: ReturnType<typeof npmPackages>,
): Record<string, unknown> {
  const needed = [...packages].filter(([name]) => !workshop.includes(name)).map(([, entry]) => entry);
  const only = (wanted: boolean) =>
    Object.fromEntries(needed.filter(([name]) => optional.includes(name) === wanted));
  return {
    name: "nlora",
    version,
    description: "Nyström low-rank adaptation of language models, in TypeScript, on GPU tensors",
    keywords: ["lora", "nystrom", "peft", "fine-tuning", "language-model", "tensorflow"],
    license,
    type: "module",
    exports: {
      ".": { types: "./lib/mod.d.ts", default: "./lib/mod.js" },
      "./package.json": "./package.json",
    },
    files: ["lib", "data", "CHANGELOG.md", "CITATION.cff"],
    engines: { node: ">=22" },
    sideEffects: false,
    dependencies: only(false),
    peerDependencies: only(true),
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  };
}
