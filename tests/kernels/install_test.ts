import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installKernel, listKernels, removeKernel } from "../../kernels/install.ts";
import { kernelsFolder } from "../../kernels/jupyter_folders.ts";
import { kernelSpecs } from "../../kernels/specs/specs.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";

const python = homePath("venv", "bin", "python");
const jupyter = existsSync(homePath("venv", "nlora-jupyter"));

/** Jupyter's own program, where the folder `data` stands for the user's. */
async function askJupyter(data: string, cwd: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("timeout", {
    args: ["-k", "2", "900", python, ...args],
    cwd,
    env: { JUPYTER_DATA_DIR: data, JUPYTER_PATH: "", JUPYTER_PREFER_ENV_PATH: "0", PYTHONWARNINGS: "ignore" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("a kernel is installed whole, replaced, listed and removed, and nothing else is touched", () =>
  withFolder((folder) => {
    const dir = join(folder, "share", "jupyter", "kernels");
    mkdirSync(join(dir, "other"), { recursive: true });
    writeFileSync(join(dir, "other", "kernel.json"), JSON.stringify({ argv: ["x"], metadata: {} }));
    for (let again = 0; again < 2; again++) {
      const { name, path, broken } = installKernel({ dir });
      assert.deepEqual([name, path, broken], ["nlora", join(dir, "nlora"), null]);
    }
    installKernel({ dir, name: "second" });
    assert.deepEqual(readdirSync(join(dir, "nlora")).sort(), [
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    assert.deepEqual(listKernels([dir, join(folder, "nowhere")]).map(({ name, spec }) => [name, spec]), [
      ["nlora", "nlora"],
      ["second", "nlora"],
    ]);
    removeKernel({ dir, name: "second" });
    assert.throws(() => removeKernel({ dir, name: "other" }), /no kernel "other" of ours .*there is: nlora$/);
    assert.throws(() => installKernel({ dir, name: "other" }), /other is a kernel from elsewhere/);
    assert.throws(() => installKernel({ dir, name: "a b" }), UsageError);
    assert.deepEqual(readdirSync(dir).sort(), ["nlora", "other"]);
    assert.deepEqual(readdirSync(join(dir, "..")), ["kernels"]);
    return Promise.resolve();
  }));

Deno.test("a kernel whose program is gone is told as broken", () =>
  withFolder((dir) => {
    const kernel = installKernel({ dir });
    const gone = join(dir, "no", "main.ts");
    writeFileSync(join(kernel.path, "kernel.json"), JSON.stringify({ argv: ["deno", gone] }));
    assert.match(listKernels([dir])[0]!.broken!, /main\.ts is gone; install it anew or remove it/);
    return Promise.resolve();
  }));

Deno.test("a kernel that cannot be had here is refused with the reason", () =>
  withFolder((dir) => {
    assert.throws(
      () => installKernel({ dir, spec: "bun" }),
      /bun cannot be installed here: .*Bun's engine has none/,
    );
    assert.throws(
      () => installKernel({ dir, spec: "zsh" }),
      /unknown kernel "zsh"; choose one of nlora, tslab, bun/,
    );
    assert.deepEqual(readdirSync(dir), []);
    return Promise.resolve();
  }));

Deno.test("kernels go where Jupyter's rules put them", () => {
  const names = ["JUPYTER_DATA_DIR", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX"];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  try {
    const under = (env: Record<string, string>, place: Parameters<typeof kernelsFolder>[0]) => {
      for (const name of names) Deno.env.set(name, env[name] ?? "");
      return kernelsFolder(place);
    };
    assert.equal(under({ JUPYTER_DATA_DIR: "/d" }, "user"), join("/d", "kernels"));
    if (Deno.build.os === "linux") assert.equal(under({ XDG_DATA_HOME: "/x" }, "user"), "/x/jupyter/kernels");
    const shared = join("share", "jupyter", "kernels");
    assert.equal(under({ VIRTUAL_ENV: "/v", CONDA_PREFIX: "/c" }, "sys-prefix"), join("/v", shared));
    assert.equal(under({ CONDA_PREFIX: "/c" }, "sys-prefix"), join("/c", shared));
    assert.equal(under({}, { prefix: "/p" }), join("/p", shared));
    assert.throws(() => under({}, "sys-prefix"), /activate one or give its folder by --prefix/);
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});

const inJupyter = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: jupyter ? name : `${name} (skipped: Jupyter is not set up)`, ignore: !jupyter, fn });

inJupyter("Jupyter lists the kernels with their logos and language", () =>
  withFolder(async (folder) => {
    const specs = kernelSpecs.filter((spec) => spec.obstacle() === null);
    for (const { name } of specs) installKernel({ dir: join(folder, "kernels"), spec: name });
    const listed = JSON.parse(
      await askJupyter(folder, folder, "-m", "jupyter_client.kernelspecapp", "list", "--json"),
    ).kernelspecs;
    for (const { name } of specs) {
      assert.equal(listed[name].spec.language, "typescript");
      assert.equal(listed[name].resource_dir, join(folder, "kernels", name));
    }
    assert.equal(listed.nlora.spec.interrupt_mode, "message");
  }));

const executeHere = `
import json, sys, nbclient, nbformat
cells = [nbformat.v4.new_code_cell(cell) for cell in sys.argv[2:]]
notebook = nbformat.v4.new_notebook(cells=cells)
nbclient.NotebookClient(notebook, kernel_name=sys.argv[1], timeout=300, startup_timeout=300).execute()
print(json.dumps(["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]))
`;

/** What each cell prints when nbclient runs it in `cwd` by a kernel that was just installed. */
async function execute(cwd: string, data: string, spec: string, ...cells: string[]): Promise<string[]> {
  installKernel({ dir: join(data, "kernels"), spec });
  return JSON.parse(await askJupyter(data, cwd, "-c", executeHere, spec, ...cells));
}

const tslab = kernelSpecs.find(({ name }) => name === "tslab")!;
const noTslab = !jupyter || tslab.obstacle() !== null;
Deno.test({
  name: `tslab works from a folder without node_modules${
    noTslab ? ` (skipped: ${tslab.obstacle() ?? "no Jupyter"})` : ""
  }`,
  ignore: noTslab,
  fn: () =>
    withFolder(async (folder) => {
      const cells = ["const n: number = 41; console.log(n + 1);", "console.log(process.version)"];
      const [first, second] = await execute(folder, folder, "tslab", ...cells);
      assert.equal(first, "42\n");
      assert.match(second!, /^v\d+/);
    }),
});
