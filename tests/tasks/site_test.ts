import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { homePath } from "../../lib/models/catalogue.ts";
import { findChromium } from "../../tasks/gate/chromium.ts";
import { ownPlaces } from "../../tasks/setup/places.ts";
import { buildSite } from "../../tasks/site/build_site.ts";
import { type ResultRow, resultRows } from "../../tasks/site/result_rows.ts";
import { resultsPage } from "../../tasks/site/results_page.ts";
import { openBrowser } from "../open_browser.ts";
import { failedRecord, sampleRecord } from "../report/sample_record.ts";
import { withFolder } from "../temporary_folder.ts";
import { brokenLinks } from "./site/broken_links.ts";
import { onPhone } from "./site/watched_page.ts";

const chromium = await findChromium();
const jupyter = existsSync(homePath("venv", "nlora-jupyter"));
const withoutBrowser = chromium === null
  ? " (skipped: no Chromium; Debian's package chromium brings it)"
  : "";
const withoutSite = withoutBrowser || (jupyter ? "" : " (skipped: Jupyter is not set up)");

async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await openBrowser(chromium!);
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

Deno.test("every record becomes a row, failures too; a damaged file is named", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "ranks", "deep"), { recursive: true });
    const write = (path: string, value: string) => Deno.writeTextFile(join(folder, path), value);
    await write("ranks/a.json", JSON.stringify(sampleRecord({ method: "lora" })));
    await write("ranks/deep/b.json", JSON.stringify(failedRecord("pissa")));
    await write("ranks/c.json", '{ "run": ');
    await write("ranks/d.json", '{ "rows": [] }');
    const { run, ...rest } = sampleRecord({ method: "lora" });
    const { model, task } = run.spec;
    await write(
      "ranks/e.json",
      JSON.stringify({ ...rest, train: null, run: { ...run, spec: { model, task, seed: 0 } } }),
    );
    const judgement = { answers: { file: "answers.jsonl" }, judge: { name: "a judge" } };
    await write("ranks/f.json", JSON.stringify({ ...rest, train: null, run: { ...run, spec: judgement } }));
    const { rows, broken } = resultRows(folder);
    assert.deepEqual(rows.map(({ experiment, method, file }) => ({ experiment, method, file })), [
      { experiment: "ranks", method: "lora", file: "records/ranks/a.json" },
      { experiment: "ranks", method: "pissa", file: "records/ranks/deep/b.json" },
      { experiment: "ranks", method: "none", file: "records/ranks/e.json" },
      { experiment: "ranks", method: "none", file: "records/ranks/f.json" },
    ]);
    assert.equal(rows[1]!.score, null);
    assert.ok(rows[1]!.error);
    assert.deepEqual([rows[2]!.run, rows[2]!.task, rows[2]!.score, rows[2]!.loss], [
      "evaluation",
      "arithmetic",
      0.5,
      null,
    ]);
    assert.deepEqual([rows[3]!.run, rows[3]!.task, rows[3]!.model], [
      "judged by a judge",
      "mt-bench",
      "answers.jsonl",
    ]);
    assert.deepEqual(broken.map(({ file }) => file), ["ranks/c.json"]);
  }));

Deno.test("a run that was scored on several tasks is a row for each", () =>
  withFolder(async (folder) => {
    const record = sampleRecord({ method: "lora" });
    const also = { math: { ...record.eval!, value: 0.25 } };
    const text = JSON.stringify({ ...record, eval: { ...record.eval, also } });
    await Deno.writeTextFile(join(folder, "a.json"), text);
    const { rows } = resultRows(folder);
    assert.deepEqual(rows.map(({ task, score, file }) => [task, score, file]), [
      [record.run.spec.task, record.eval!.value, "records/a.json"],
      ["math", 0.25, "records/a.json"],
    ]);
  }));

Deno.test("a link to a file or a place that is not there is found", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "deep"));
    const write = (path: string, value: string) => Deno.writeTextFile(join(folder, path), value);
    const a =
      '<a href="deep/b.html#there">b</a> <a href="https://example.org">away</a> <a href="#none">no</a>' +
      '<h1 id="Nystr%C3%B6m">1</h1> <a href="#Nystr%C3%B6m">as written</a>' +
      '<h1 id="größer">2</h1> <a href="#gr%C3%B6%C3%9Fer">decoded</a>';
    await write("a.html", a);
    await write(
      "deep/b.html",
      '<p id="there"><a href="../a.html">a</a> <img src="c.png"> <a href="../a.html#x">x</a>',
    );
    assert.deepEqual((await brokenLinks(folder)).sort(), [
      "a.html → #none",
      "deep/b.html → ../a.html#x",
      "deep/b.html → c.png",
    ]);
  }));

function row(
  method: string,
  task: string,
  score: number | null,
  parameters: number,
  seconds: number,
): ResultRow {
  return {
    ...{
      experiment: "e",
      run: method,
      method,
      rank: 4,
      model: "m",
      task,
      seed: 0,
      status: "done",
      error: null,
    },
    ...{ metric: "accuracy", score, before: 0, loss: 1, parameters, seconds, start: 0.1, megabytes: 100 },
    ...{
      started: "2026-01-01T00:00:00Z",
      file: `records/e/${method}.json`,
      color: "#000000",
      symbol: "circle",
    },
  };
}

Deno.test({
  name: `the results page filters, sorts, and finds the Pareto front${withoutBrowser}`,
  ignore: withoutBrowser !== "",
  fn: () =>
    withFolder(async (folder) => {
      const rows = [
        row("big", "t", 0.9, 4000, 10),
        row("small", "t", 0.5, 40, 20),
        row("beaten", "t", 0.5, 400, 30),
        row("unscored", "t", null, 10, 1),
        row("other", "u", 0.1, 40_000, 99),
      ];
      const file = join(folder, "results.html");
      await Deno.writeTextFile(
        file,
        await resultsPage(rows, [{ file: "e/x.json", reason: "it <ends> early" }]),
      );
      await withBrowser((browser) =>
        onPhone(browser, file, async (page) => {
          const runs = () => page.locator("tbody tr td:nth-child(2)").allInnerTexts();
          const front = async (name: string) =>
            /On the front: (.*)\.$/.exec(await page.locator(`[data-place="${name}-words"]`).innerText())?.[1];
          assert.equal((await runs()).length, 5);
          assert.equal(
            await front("parameters"),
            "small (0.5 at 40), big (0.9 at 4,000), other (0.1 at 40,000)",
          );
          await page.locator('select[data-filter="task"]').selectOption("t");
          assert.equal(await front("parameters"), "small (0.5 at 40), big (0.9 at 4,000)");
          assert.equal(await front("time"), "big (0.9 at 10)");
          const heading = page.locator("thead button", { hasText: "score" });
          await heading.click();
          await heading.click();
          const sorted = await runs();
          assert.equal(sorted[0], "big");
          assert.equal(sorted[3], "unscored"); // what is missing comes last both ways
          await page.locator('[data-place="words"]').fill("SMALL");
          assert.deepEqual(await runs(), ["small"]);
          assert.match(await page.locator('[data-place="count"]').innerText(), /1–1 of 1 shown, 5 in all/);
          assert.match(await page.locator("main").innerText(), /e\/x\.json: it <ends> early/);
          assert.equal(await page.locator(".pictures .js-plotly-plot").count(), 2);
        })
      );
    }),
});

Deno.test({
  name: `the site has no broken link and reads well on a phone${withoutSite}`,
  ignore: withoutSite !== "",
  fn: () =>
    withFolder(async (folder) => {
      const site = join(folder, "site");
      const built = await buildSite(ownPlaces(), site);
      assert.ok(built.notebooks > 0 && built.records > 0 && built.apiPages > 100, JSON.stringify(built));
      assert.deepEqual(await brokenLinks(site), []);
      const notebooks = [...Deno.readDirSync(join(site, "notebooks"))].map(({ name }) => `notebooks/${name}`);
      const api = ["api/index.html", "api/all_symbols.html", "api/~/adapt.html", "api/~/Llama.html"];
      await withBrowser(async (browser) => {
        for (const page of ["index.html", "results.html", ...api]) await onPhone(browser, join(site, page));
        for (const notebook of notebooks) {
          await onPhone(browser, join(site, notebook), async (page) => {
            const figures = page.locator(".js-plotly-plot");
            await figures.first().waitFor({ state: "attached" })
              .catch(() => assert.fail(`${notebook} draws no figure`));
            const box = (await figures.first().boundingBox())!;
            assert.ok(box.width > 200 && box.width <= 390, `${notebook}: a figure is ${box.width} wide`);
          });
        }
      });
    }),
});
