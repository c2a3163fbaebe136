import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../temporary_folder.ts";
import { nlora } from "./command_line.ts";

async function document(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await nlora([...args, "--json"], env);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("kernel: what is installed is listed, named by doctor and removed, with one JSON document each", () =>
  withFolder(async (folder) => {
    const env = {
      JUPYTER_DATA_DIR: folder,
      JUPYTER_PATH: "",
      NLORA_HOME: join(folder, "home"),
      VIRTUAL_ENV: "",
    };
    const path = join(folder, "kernels", "mine");
    const installed = await document(["kernel", "install", "--name", "mine"], env);
    assert.deepEqual(installed, {
      name: "mine",
      title: "TypeScript (NLoRA)",
      spec: "nlora",
      path,
      broken: null,
    });
    const { installed: listed, specs } = await document(["kernel", "list"], env);
    assert.deepEqual(listed.filter(({ name }: { name: string }) => name === "mine"), [installed]);
    assert.deepEqual(specs.map(({ name }: { name: string }) => name), ["nlora", "tslab", "bun"]);
    const { kernels } = await document(["doctor"], env);
    assert.ok(kernels.some((kernel: { path: string; here: boolean }) => kernel.path === path && kernel.here));
    assert.deepEqual(await document(["kernel", "remove", "mine"], env), installed);
    const prefix = join(folder, "prefix");
    const { path: inPrefix } = await document(["kernel", "install", "--prefix", prefix], env);
    assert.equal(inPrefix, join(prefix, "share", "jupyter", "kernels", "nlora"));
    assert.match(
      (await nlora(["kernel", "list"], env)).stdout,
      /^bun +cannot be installed: .*Bun's engine has none$/m,
    );
  }));
