import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import vm from "node:vm";
import type { Data } from "plotly.js";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { figure, PLOTLY_VERSION } from "../../lib/report/plotly.ts";

const NASTY = `</script><script>alert("x")</script> & 'é'`;
const LINE: Data[] = [{ type: "scatter", x: [1, 2], y: [3, NaN], name: NASTY }];

Deno.test("a figure shows itself as Plotly's media type, as HTML and as words", () => {
  const bundle = figure(LINE, { title: { text: "A line" } }, "words")[jupyterDisplay]();
  const plotly = bundle["application/vnd.plotly.v1+json"] as { data: unknown; layout: { title: unknown } };
  assert.deepEqual(plotly.data, LINE);
  assert.deepEqual(plotly.layout.title, { text: "A line" });
  assert.equal(bundle["text/plain"], "words");
  assert.match(html(bundle), /<div id="[\w-]+" role="img" aria-label="words"[^>]*>words<\/div>/);
  assert.equal(jupyterDisplay, Symbol.for("Jupyter.display"));
});

Deno.test("the HTML has one script, whatever the texts contain, and no Plotly inside", () => {
  const text = html(figure(LINE, {}, NASTY)[jupyterDisplay]());
  assert.equal(text.match(/<\/script/g)!.length, 1);
  assert.equal(text.match(/<script/g)!.length, 1);
  assert.ok(!text.includes('"x"</'));
  assert.ok(text.length < 4000);
});

Deno.test("the script draws at once where the page has Plotly", async () => {
  const page = fakePage(html(figure(LINE, {}, "words")[jupyterDisplay]()), true);
  await page.run();
  assert.equal(page.drawn.length, 1);
  const [place, data, layout, config] = page.drawn[0]!;
  assert.equal((place as { textContent: string }).textContent, "");
  assert.equal((data as { name: string }[])[0]!.name, NASTY);
  assert.equal((layout as { height: number }).height, 440);
  assert.equal((config as { responsive: boolean }).responsive, true);
  assert.deepEqual(page.loaded, []);
});

Deno.test("the script loads the pinned Plotly once where the page lacks it, and then draws", async () => {
  const first = html(figure(LINE, {}, "words")[jupyterDisplay]());
  const page = fakePage(first, false);
  await page.run();
  await page.run();
  assert.deepEqual(page.loaded, [`https://cdn.plot.ly/plotly-${PLOTLY_VERSION}.min.js`]);
  assert.equal(page.drawn.length, 2);
});

Deno.test("a figure shown twice has two places", () => {
  const shown = figure(LINE, {}, "words");
  const ids = [1, 2].map(() => /id="([\w-]+)"/.exec(html(shown[jupyterDisplay]()))![1]);
  assert.notEqual(ids[0], ids[1]);
});

Deno.test("the version that figures load is the one that the project pins", () => {
  const config = readFileSync(new URL("../../deno.json", import.meta.url), "utf8");
  assert.ok(JSON.parse(config).imports["plotly.js"].endsWith(`@${PLOTLY_VERSION}`));
});

function html(bundle: { readonly [type: string]: string | object }): string {
  return bundle["text/html"] as string;
}

/** Runs the script of an output against as much of a browser as it uses. */
function fakePage(output: string, hasPlotly: boolean) {
  const script = /<script>(.*)<\/script>/s.exec(output)![1]!;
  const id = /id="([\w-]+)"/.exec(output)![1]!;
  const drawn: unknown[][] = [];
  const loaded: string[] = [];
  const Plotly = { newPlot: (...given: unknown[]) => drawn.push(given) };
  const place = { textContent: "words" };
  const window: { Plotly?: typeof Plotly } = hasPlotly ? { Plotly } : {};
  const document = {
    getElementById: (asked: string) => asked === id ? place : null,
    createElement: () => ({ src: "", onload: () => {} }),
    head: {
      append(element: { src: string; onload: () => void }) {
        loaded.push(element.src);
        // The page's Plotly arrives later, and to one figure only: the next one has to wait for the same.
        setTimeout(() => {
          window.Plotly = Plotly;
          element.onload();
        }, 1);
      },
    },
  };
  const context = vm.createContext({ window, document });
  const run = async () => {
    vm.runInContext(script, context);
    await Promise.resolve();
  };
  return {
    drawn,
    loaded,
    run: async () => {
      await run();
      if (!hasPlotly) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}
