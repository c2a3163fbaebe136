import assert from "node:assert/strict";
import { extname, join, resolve } from "node:path";
import { runChild } from "../../tasks/child.ts";
import { buildPackage } from "../../tasks/package/build_package.ts";
import { npmPackages, packagedSpecifier, renameModules } from "../../tasks/package/specifiers.ts";
import { withFolder } from "../temporary_folder.ts";
import { withRegistry } from "./loopback_registry.ts";

const root = resolve(import.meta.dirname!, "../..");
const consumer = join(import.meta.dirname!, "packaged");
const upstream = (await runChild({ command: "npm", args: ["config", "get", "registry"] })).output.trim();
const reachable = await fetch(upstream, { method: "HEAD", signal: AbortSignal.timeout(20_000) })
  .then((answer) => answer.body?.cancel()).then(() => true, () => false);

Deno.test("module names are rewritten where they stand in code, and nowhere else", () => {
  const packages = npmPackages({
    "nlora": "./lib/mod.ts",
    "plot": "npm:plot-dist@1.0.0",
    "@a/b": "npm:@a/b@2.0.0",
  });
  const rename = (specifier: string) => packagedSpecifier(specifier, packages);
  const text = [
    'import { a } from "./a.ts";',
    'import project from "../../deno.json" with { type: "json" };',
    'export * from "plot/types";',
    'const text = "./a.ts", later = import("@a/b/c"), path = import.meta.resolve("./worker.ts"); // from "./a.ts"',
    'export type T = import("./t.ts").T;',
  ].join("\n");
  assert.deepEqual(renameModules(text, rename).split("\n"), [
    'import { a } from "./a.js";',
    'import project from "../../package.json" with { type: "json" };',
    'export * from "plot-dist/types";',
    'const text = "./a.ts", later = import("@a/b/c"), path = import.meta.resolve("./worker.js"); // from "./a.ts"',
    'export type T = import("./t.js").T;',
  ]);
});

Deno.test("the library can be published as deno.json says: its exports have explicit types, its files are there", async () => {
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
  const output = await run(root, [Deno.execPath(), ...args]);
  assert.match(output, /lib\/mod\.ts/);
  assert.doesNotMatch(output, /lib\/cli\/|tests\//);
});

Deno.test("the library serves where it is imported from the network, as from a registry, and says what it lacks there", async () => {
  await withFolder(async (folder) => {
    const types: Record<string, string> = { ".ts": "application/typescript", ".json": "application/json" };
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        const content = await Deno.readFile(join(root, pathname)).catch(() => null);
        const type = types[extname(pathname)] ?? "text/javascript";
        return content
          ? new Response(content, { headers: { "content-type": type } })
          : new Response("", { status: 404 });
      },
    );
    const address = `http://127.0.0.1:${server.addr.port}`;
    const script = join(folder, "use.ts");
    const [, ...body] = (await Deno.readTextFile(join(consumer, "use.mjs"))).split("\n");
    const text = body.join("\n").replace('from "nlora"', `from "${address}/lib/mod.ts"`)
      .replace(
        'keptRecords("gsm8k").length',
        '(() => { try { keptRecords("gsm8k"); } catch (e) { return e.message; } })()',
      );
    await Deno.writeTextFile(script, text);
    const lock = join(folder, "deno.lock");
    await Deno.copyFile(join(root, "deno.lock"), lock);
    const options = [
      "--no-check",
      `--lock=${lock}`,
      `--reload=${address}`,
      "--config",
      join(root, "deno.json"),
    ];
    const output = await run(folder, [Deno.execPath(), "run", "-A", ...options, script]);
    const { backend, losses, records } = JSON.parse(output.trim().split("\n").at(-1)!);
    assert.deepEqual([backend, losses.length], ["wasm", 4]);
    assert.match(records, /imported from the network; use its npm package or a clone/);
  });
});

Deno.test("deno.json, package.json, the changelog and the citation name one version", async () => {
  const text = (name: string) => Deno.readTextFile(join(root, name));
  const { version } = JSON.parse(await text("deno.json"));
  assert.equal(JSON.parse(await text("package.json")).version, version);
  assert.equal(/^## (\S+)/m.exec(await text("CHANGELOG.md"))?.[1], version);
  assert.equal(/^version: (\S+)$/m.exec(await text("CITATION.cff"))?.[1], version);
});

Deno.test({
  name: `the packed file serves a fresh project${reachable ? "" : ` (skipped: ${upstream} does not answer)`}`,
  ignore: !reachable,
  fn: (test) =>
    withFolder(async (folder) => {
      const { file, version } = await buildPackage(root, join(folder, "built"));
      const manifest = JSON.parse(await Deno.readTextFile(join(folder, "built", "package", "package.json")));
      assert.equal(manifest.version, version);
      const steps = {
        async Node() {
          const project = await freshProject(folder, "node");
          await bring(project, ["npm", "install", "--no-audit", "--no-fund", file]);
          assertUsed(await run(project, ["node", "use.mjs"]));
          await run(project, ["node", ...compiler, "typed.ts"]);
        },
        async Bun() {
          const project = await freshProject(folder, "bun");
          await bring(project, [...bun, "add", file]);
          assertUsed(await run(project, [...bun, "run", "use.mjs"]));
        },
        async Deno() {
          const project = await freshProject(folder, "deno");
          await withRegistry({ file, manifest, upstream }, async (address) => {
            const env = { NPM_CONFIG_REGISTRY: address, DENO_DIR: join(folder, "deno-cache") };
            await bring(project, [Deno.execPath(), "add", "npm:nlora"], env);
            assertUsed(await run(project, [Deno.execPath(), "run", "-A", "use.mjs"], env));
          });
        },
      };
      for (const [runtime, step] of Object.entries(steps)) await test.step(runtime, step);
    }),
});

const bun = ["npx", "--yes", "bun@1.4.5"];
const compiler = [
  join(root, "node_modules", "typescript", "bin", "tsc"),
  ...["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"],
];

async function freshProject(folder: string, name: string): Promise<string> {
  const project = join(folder, name);
  await Deno.mkdir(project);
  await Deno.writeTextFile(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  for (const script of ["use.mjs", "typed.ts"]) {
    await Deno.copyFile(join(consumer, script), join(project, script));
  }
  return project;
}

/** Runs what brings packages from the registry, which may fail to give one for a moment: then it is asked again. */
async function bring(...given: Parameters<typeof run>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return void await run(...given);
    } catch (error) {
      if (tries === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5000 * tries));
    }
  }
}

async function run(
  cwd: string,
  [command, ...args]: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const result = await runChild({
    command: command!,
    args,
    cwd,
    env: { NO_COLOR: "1", NLORA_BACKEND: "wasm", ...env },
    seconds: 600,
  });
  assert.equal(result.code, 0, `${command} ${args.join(" ")}:\n${result.output}`);
  return result.output;
}

function assertUsed(output: string): void {
  const { backend, losses, rank, records } = JSON.parse(output.trim().split("\n").at(-1)!);
  assert.equal(backend, "wasm");
  assert.equal(rank, 4);
  assert.ok(losses.length === 4 && losses[3] < losses[0] - 0.5, `losses ${losses}`);
  assert.ok(records > 0);
}
