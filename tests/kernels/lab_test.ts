import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { findChromium } from "../../tasks/gate/chromium.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { writeNotebook } from "../notebook/notebook_file.ts";
import { withFolder } from "../temporary_folder.ts";
import { withJupyterLab } from "./jupyter_lab.ts";

const jupyter = existsSync(homePath("venv", "nlora-jupyter"));
const chromium = await findChromium();
const missing = !jupyter
  ? "Jupyter is not set up"
  : chromium === null
  ? "no Chromium; Debian's package chromium brings it"
  : null;

/** A notebook in JupyterLab, as a person handles it. */
class LabNotebook {
  readonly page: Page;
  readonly cells: Locator;

  constructor(page: Page) {
    this.page = page;
    this.cells = page.locator(".jp-Notebook .jp-CodeCell");
  }

  /** Opens the notebook and waits for its kernel. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.cells.first().waitFor();
    await this.idle();
  }

  idle(): Promise<void> {
    return this.#is("Idle");
  }

  busy(): Promise<void> {
    return this.#is("Busy");
  }

  #is(state: string): Promise<void> {
    return this.page.getByText(`TypeScript (NLoRA) | ${state}`).waitFor();
  }

  async choose(menu: string, item: string): Promise<void> {
    await this.page.getByRole("menuitem", { name: menu, exact: true }).click();
    await this.page.locator(".lm-Menu-itemLabel", { hasText: item }).first().click();
  }

  /** Adds a cell at the end, with the cursor after its code. */
  async addCell(code: string): Promise<Locator> {
    await this.cells.last().locator(".jp-InputPrompt").click();
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("b");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.insertText(code);
    return this.cells.last();
  }

  /**
   * Writes code into the cell with the cursor and presses a key, until something shows: JupyterLab itself gives up where the
   * kernel is slow to answer, and an answer that comes late may have changed the code.
   */
  async pressUntil(key: string, code: string, shows: Locator): Promise<void> {
    for (let attempts = 6; attempts > 0; attempts--) {
      await this.page.keyboard.press("Control+a");
      await this.page.keyboard.insertText(code);
      await this.page.keyboard.press(key);
      const shown = await shows.waitFor({ timeout: 35_000 }).then(() => true, () => false);
      if (shown) return;
    }
    throw new Error(`${key} showed nothing for ${code}`);
  }

  /** Adds a cell and starts it; gives its outputs. */
  async runCell(code: string): Promise<Locator> {
    const cell = await this.addCell(code);
    await this.page.keyboard.press("Control+Enter");
    return cell.locator(".jp-OutputArea-output");
  }

  /** Keeps a picture of the window, to be looked at. */
  async picture(name: string): Promise<void> {
    await this.cells.last().scrollIntoViewIfNeeded();
    await this.page.screenshot({ path: homePath("out", "lab", `${name}.png`) });
  }
}

Deno.test({
  name: `JupyterLab in a browser${missing === null ? "" : ` (skipped: ${missing})`}`,
  ignore: missing !== null,
  fn: (test) =>
    withFolder(async (folder) => {
      await Deno.mkdir(join(folder, "notebooks"));
      await writeNotebook(join(folder, "notebooks", "demo.ipynb"), [
        { cell_type: "markdown", source: "# A table and a figure" },
        { source: "const rank = 8;\naq.from([1, 2, 3].map((n) => ({ n, square: n * n })))" },
        { source: 'nlora.bars({ LoRA: 3, NLoRA: 2, IntTune: 1 }, { title: "Bars", axis: "size" })' },
      ], "nlora");
      await withJupyterLab(folder, chromium!, async (page, address) => {
        const notebook = new LabNotebook(page);
        await notebook.open(`${address}/lab/tree/demo.ipynb?token=token&reset`);
        for (const [name, step] of Object.entries(steps)) {
          if (await test.step(name, () => step(notebook))) continue;
          return await notebook.picture("failed");
        }
      });
    }),
});

const steps: Readonly<Record<string, (notebook: LabNotebook) => Promise<void>>> = {
  async "run all draws the table and the figure"(notebook) {
    await notebook.choose("Run", "Run All Cells");
    const table = notebook.cells.nth(0).locator("table");
    await table.waitFor();
    assert.match(await table.innerText(), /square[^]*9/);
    const bars = notebook.cells.nth(1).locator(".js-plotly-plot .bars .point path");
    await bars.first().waitFor();
    assert.equal(await bars.count(), 3);
    assert.ok((await bars.first().boundingBox())!.width > 50, "the bar has no size");
    await notebook.picture("1_run_all");
  },
  async "Tab lists the names that begin so, and completes one"(notebook) {
    const cell = await notebook.addCell("");
    const item = (name: string) => notebook.page.locator(".jp-Completer-item", { hasText: name });
    await notebook.pressUntil("Tab", "nlora.nystromPic", item("nystromPicture"));
    await notebook.page.keyboard.press("Enter");
    await cell.locator(".cm-content", { hasText: "nlora.nystromPicture" }).waitFor();
    await notebook.pressUntil("Tab", "nlora.ny", item("nystromCores"));
    await notebook.picture("2_completion");
    await notebook.page.keyboard.press("Escape");
  },
  async "Shift-Tab tells what a name is"(notebook) {
    await notebook.addCell("");
    const tooltip = notebook.page.locator(".jp-Tooltip");
    await notebook.pressUntil("Shift+Tab", "nlora.adapt", tooltip);
    assert.match(await tooltip.innerText(), /adapt/);
    await notebook.picture("3_tooltip");
    await notebook.page.keyboard.press("Escape");
  },
  async "an interrupt stops a loop and keeps what there is"(notebook) {
    const loop = await notebook.runCell("while (true) {}");
    await notebook.busy();
    await notebook.choose("Kernel", "Interrupt Kernel");
    await loop.filter({ hasText: "Interrupted" }).waitFor();
    await (await notebook.runCell("rank + 1")).filter({ hasText: "9" }).waitFor();
    await notebook.picture("4_interrupt");
  },
  async "a restart forgets"(notebook) {
    await notebook.choose("Kernel", "Restart Kernel…");
    // Until the server has begun anew, "Idle" is the old kernel's.
    const restarted = notebook.page.waitForResponse((response) => response.url().includes("/restart"));
    await notebook.page.locator(".jp-Dialog .jp-mod-accept").click();
    await restarted;
    await notebook.idle();
    await (await notebook.runCell("`rank is ${typeof rank}`")).filter({ hasText: "rank is undefined" })
      .waitFor();
    await notebook.picture("5_restart");
  },
};
