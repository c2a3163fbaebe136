import assert from "node:assert/strict";
import { table } from "arquero";
import { installDisplay } from "../../lib/report/display.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { resultsTable } from "../../lib/report/table.ts";
import { tableBundle } from "../../lib/report/table_display.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

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

Deno.test("tables: a run's record is a row with its figures, a failed run one with dashes", () => {
  const records = [sampleRecord({ method: "lora" }), failedRecord("pissa")];
  const html = tableBundle(resultsTable(records))["text/html"] as string;
  const rows = html.split("<tr>").slice(2).map((row) =>
    [...row.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text)
  );
  assert.deepEqual(rows, [
    ["LoRA", "4,884,480", "0.125", "24.5", "151.3", "2,200", "2", "1.4", "0.125", "0.5", "done"],
    ["PiSSA", ...Array(9).fill("–"), "failed"],
  ]);
});

Deno.test("tables: without rows or without columns there is a table still", () => {
  assert.match(tableBundle(table({ a: [] }))["text/html"] as string, /<th[^>]*>a<\/th>.*0 rows, 1 columns/);
  assert.match(tableBundle(table({}))["text/html"] as string, /0 rows, 0 columns/);
});

Deno.test("tables: after installDisplay every table has its display, derived ones too", () => {
  installDisplay();
  installDisplay();
  const derived = table({ n: [1, 2] }).filter((row: { n: number }) => row.n > 1);
  const bundle = (derived as unknown as { [jupyterDisplay](): Record<string, string> })[jupyterDisplay]();
  assert.match(bundle["text/html"]!, /1 rows/);
});
