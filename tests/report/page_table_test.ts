import assert from "node:assert/strict";
import { join } from "node:path";
import { table } from "arquero";
import { tableBundle } from "../../lib/report/table_display.ts";
import { withFolder } from "../temporary_folder.ts";

const browser = await findBrowser();
const skipped = browser ? "" : " (skipped: no chromium)";

/** Uses the table as a reader does; runs in the page, and leaves in it what was seen. */
async function use(): Promise<void> {
  const rows = () =>
    [...document.querySelectorAll<HTMLTableRowElement>("tbody tr:not([hidden])")].map((row) =>
      row.cells[1]!.textContent
    );
  const press = (label: string) =>
    document.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]`)!.click();
  const place = () => document.querySelector("[aria-live]")!.textContent;
  let copied = "";
  Object.defineProperty(navigator, "clipboard", {
    value: { writeText: (text: string) => void (copied = text) },
  });
  const seen: Record<string, unknown> = { first: [rows().length, rows()[0], place()] };
  press("next rows");
  seen.second = [rows().length, rows()[0], place()];
  document.querySelectorAll<HTMLElement>("th")[1]!.click();
  seen.ascending = [rows()[0], place()];
  document.querySelectorAll<HTMLElement>("th")[1]!.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter" }),
  );
  seen.descending = [rows()[0], document.querySelectorAll("th")[1]!.getAttribute("aria-sort")];
  press("copy the table");
  await Promise.resolve();
  seen.copied = copied.split("\n").slice(0, 2);
  const shown = document.createElement("pre");
  shown.id = "seen";
  shown.textContent = JSON.stringify(seen);
  document.body.replaceChildren(shown);
}

Deno.test({
  name: `a table's pages, order and copy work in a browser, without a network${skipped}`,
  ignore: !browser,
  fn: () =>
    withFolder(async (folder) => {
      const numbers = [1234.56789, null, ...Array.from({ length: 23 }, (_, i) => i * 10)];
      const html = tableBundle(table({ text: numbers.map((n) => `a "b"\t${n}`), n: numbers }))["text/html"];
      const file = join(folder, "page.html");
      await Deno.writeTextFile(
        file,
        `<!doctype html><meta charset="utf-8">${html}<script>(${use})()</script>`,
      );
      const { stdout } = await new Deno.Command("timeout", {
        args: [
          ...["-k", "2", "300", browser!, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"],
          ...[`--user-data-dir=${join(folder, "profile")}`, `file://${file}`],
        ],
        stderr: "null",
      }).output();
      const dom = new TextDecoder().decode(stdout);
      const text = /<pre id="seen">(.*)<\/pre>/s.exec(dom)?.[1] ?? assert.fail(dom.slice(0, 2000));
      assert.deepEqual(JSON.parse(text), {
        first: [20, "1,234.6", "1–20 of 25"],
        second: [5, "180", "21–25 of 25"],
        ascending: ["0", "1–20 of 25"],
        descending: ["1,234.6", "descending"],
        copied: ["text\tn", '"a ""b""\t1234.56789"\t1234.56789'],
      });
    }),
});

async function findBrowser(): Promise<string | null> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = await new Deno.Command("which", { args: [name], stderr: "null" }).output();
    if (found.success) return new TextDecoder().decode(found.stdout).trim();
  }
  return null;
}
