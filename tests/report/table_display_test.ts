import assert from "node:assert/strict";
import { table } from "arquero";
import { installDisplay } from "../../lib/report/display.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { tableBundle } from "../../lib/report/table_display.ts";

Deno.test("tables: text is escaped, numbers stand to the right, what is missing is a dash", () => {
  const html = tableBundle(table({ "a&b": ["<x>", null], n: [1234567, 0.00012] }))["text/html"] as string;
  assert.match(html, /<th[^>]*>a&amp;b<\/th>/);
  assert.match(
    html,
    /<td[^>]*text-align:left[^>]*>&lt;x&gt;<\/td><td[^>]*text-align:right[^>]*>1,234,567<\/td>/,
  );
  assert.match(html, /<td[^>]*>–<\/td><td[^>]*>0\.0001<\/td>/);
  assert.match(html, /2 rows, 2 columns<\/small>/);
});

Deno.test("tables: the first twenty rows are shown and the rest is counted", () => {
  const bundle = tableBundle(table({ n: Array.from({ length: 25 }, (_, i) => i) }));
  assert.equal((bundle["text/html"] as string).match(/<tr>/g)!.length, 21);
  assert.match(bundle["text/html"] as string, /25 rows, 1 columns, the first 20 shown/);
  assert.match(bundle["text/plain"] as string, /… 5 more rows$/);
});

Deno.test("tables: after installDisplay every table has its display, derived ones too", () => {
  installDisplay();
  installDisplay();
  const derived = table({ n: [1, 2] }).filter((row: { n: number }) => row.n > 1);
  const bundle = (derived as unknown as { [jupyterDisplay](): Record<string, string> })[jupyterDisplay]();
  assert.match(bundle["text/html"]!, /1 rows/);
});
