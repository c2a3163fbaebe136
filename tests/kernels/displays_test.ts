import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installKernel } from "../../kernels/install.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { withFolder } from "../temporary_folder.ts";

const python = homePath("venv", "bin", "python");
const ready = existsSync(python);
const skipped = ready ? "" : " (skipped: no Jupyter; `deno task setup` brings it)";

/** What Jupyter's own client sees; see drive_displays.py. */
interface Seen {
  readonly shown: readonly [string, string[], string | null][];
  readonly leak: string;
  readonly no_leak: string;
  readonly shown_tensor: string;
  readonly kept: readonly string[];
  readonly models: readonly string[];
  readonly versions: readonly string[];
  readonly interact: readonly string[];
  readonly moved: readonly [string, string][];
  readonly known: boolean;
  readonly reloaded: readonly number[];
  readonly unknown_target: readonly string[];
}

const claims: Readonly<Record<string, (seen: Seen) => void>> = {
  "what is shown without await comes in its cell, in order, updates and clearing too": ({ shown }) =>
    assert.deepEqual(shown, [
      ["display_data", ["text/markdown", "text/plain"], "a"],
      ["display_data", ["text/latex", "text/markdown", "text/plain"], null],
      ["update_display_data", ["text/html", "text/plain"], "a"],
      ["clear_output", [], null],
    ]),
  "a cell tells how many tensors it left and frees them; what a variable holds stays": (seen) => {
    assert.match(seen.leak, /^2 tensors \(8 kB\) made in this cell were held by no variable and freed/);
    assert.deepEqual([seen.no_leak, seen.shown_tensor], ["", ""]);
    assert.match(seen.kept[0]!, /^float32 tensor \(\) on wasm, from 1000 to 1000/);
  },
  "a slider is a widget; moving it updates the result in its place before the kernel is idle": (seen) => {
    assert.deepEqual(seen.models, ["LayoutModel", "SliderStyleModel", "IntSliderModel", "VBoxModel"]);
    assert.deepEqual(seen.versions, ["2.1.0"]);
    assert.deepEqual(seen.interact, ["rank: 8", "rank 8"]);
    assert.deepEqual(seen.moved, [["update_display_data", "rank 16"]]);
  },
  "open comms are listed, a page that is loaded anew gets their state, unknown targets are closed": (
    seen,
  ) => {
    assert.ok(seen.known);
    assert.deepEqual([seen.reloaded, seen.unknown_target], [[16], ["comm_close"]]);
  },
};

Deno.test({
  name: `kernel: displays, tensors and comms through Jupyter's client${skipped}`,
  ignore: !ready,
  fn: async (test) => {
    await withFolder(async (folder) => {
      await installKernel({ dir: join(folder, "kernels") });
      const { code, stdout, stderr } = await new Deno.Command("timeout", {
        args: ["-k", "2", "900", python, join(import.meta.dirname!, "drive_displays.py"), folder],
        env: {
          JUPYTER_PATH: folder,
          JUPYTER_DATA_DIR: folder,
          JUPYTER_PREFER_ENV_PATH: "0",
          PYTHONWARNINGS: "ignore",
        },
        stdout: "piped",
        stderr: "piped",
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const seen: Seen = JSON.parse(new TextDecoder().decode(stdout));
      for (const [claim, check] of Object.entries(claims)) await test.step(claim, () => check(seen));
    });
  },
});
