import assert from "node:assert/strict";
import { table } from "arquero";
import { installDisplay } from "../../lib/report/install_display.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { resultsTable } from "../../lib/report/table.ts";
import { tableBundle } from "../../lib/report/table_display.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

function html(given: Parameters<typeof tableBundle>[0]): string {
  return tableBundle(given)["text/html"] as string;
}

/** The texts of the cells, row by row. */
function cells(html: string): string[][] {
  return html.split("<tr>").slice(2).map((row) =>
    [...row.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text!)
  );
}

Deno.test("tables: text is escaped, numbers stand to the right, what is missing is a dash", () => {
  const shown = html(table({ "a&b": ["<x>", null], n: [1234567, 0.25] }));
  assert.match(shown, /<th[^>]*><span>a&amp;b<\/span>/);
  assert.match(shown, /<td>&lt;x&gt;<\/td><td class="right"[^>]*>1,234,567<\/td>/);
  assert.match(shown, /<td[^>]*>–<\/td><td class="right">0\.25<\/td>/);
  assert.match(shown, /2 rows, 2 columns<\/small>/);
});

Deno.test("tables: no value, name or key can become markup or end the script", () => {
  const nasty = `</script><script>alert("x")</script>'&`;
  const shown = html(table({ [nasty]: [nasty, { [nasty]: nasty }, [nasty]] }));
  assert.equal(shown.match(/<script/g)!.length, 1);
  assert.equal(shown.match(/<\/script/g)!.length, 1);
  assert.ok(!/"x"/.test(shown.replace(/&quot;/g, "")));
});

Deno.test("tables: each column tells what it holds", () => {
  const day = new Date(Date.UTC(2026, 1, 3));
  const shown = html(table({
    n: [1, null],
    s: ["a", "b"],
    d: [day, new Date(day.getTime() + 1500)],
    b: [true, false],
    big: [10n ** 18n, 1n],
    l: [[1, 2], new Float32Array([3])],
    o: [{ a: 1 }, { a: 2 }],
    none: [null, undefined],
    mix: [1, "x"],
  }));
  const kinds = [...shown.matchAll(/<small>([^<]*)<\/small><\/th>/g)].map(([, words]) => words);
  assert.deepEqual(kinds, [
    ...["number, 1 null", "string", "date", "boolean", "bigint", "list", "object", "null"],
    "number or string",
  ]);
  assert.deepEqual(cells(shown), [
    ["1", "a", "2026-02-03", "true", "1,000,000,000,000,000,000", "[1,2]", "{&quot;a&quot;:1}", "–", "1"],
    ["–", "b", "2026-02-03T00:00:01.500Z", "false", "1", "[3]", "{&quot;a&quot;:2}", "–", "x"],
  ]);
});

Deno.test("tables: numbers keep their size and, for copying, all their digits", () => {
  const shown = html(table({ n: [1.2e-7, 1234.56789, 2e20, NaN, 0.1 + 0.2, 0] }));
  assert.deepEqual(cells(shown).flat(), ["1.2e-7", "1,234.6", "200000000000000000000", "NaN", "0.3", "0"]);
  const whole = [...shown.matchAll(/<td class="right" data-value="([^"]*)"/g)].map(([, value]) => value);
  assert.deepEqual(whole, ["1234.56789", "0.30000000000000004"]);
});

Deno.test("tables: a long text is cut and stands whole in the tooltip", () => {
  const shown = html(table({ text: ["x".repeat(200)] }));
  assert.ok(shown.includes(`title="${"x".repeat(200)}">${"x".repeat(59)}…</td>`));
});

Deno.test("tables: 25 rows are in the output, 20 in the text; of 100,000 rows 500 are kept, with a word on it", () => {
  const small = tableBundle(table({ n: Array.from({ length: 25 }, (_, i) => i) }));
  assert.equal(cells(small["text/html"] as string).length, 25);
  assert.match(small["text/plain"] as string, /… 5 more rows$/);
  const numbers = Float64Array.from({ length: 100_000 }, (_, i) => Math.sqrt(i));
  const large = tableBundle(table({ a: numbers, b: numbers, c: numbers }));
  assert.equal(cells(large["text/html"] as string).length, 500);
  assert.match(large["text/html"] as string, /100,000 rows \(the first 500 are kept here\), 3 columns/);
  assert.match(large["text/plain"] as string, /… 99,980 more rows$/);
  assert.ok(JSON.stringify(large).length < 200_000);
});

Deno.test("tables: of a thousand columns 60 are kept", () => {
  const wide = table(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${i}`, [i]])));
  assert.match(html(wide), /1 row, 1,000 columns \(the first 60 are kept here\)/);
});

Deno.test("tables: a run's record is a row with its figures, a failed run one with dashes", () => {
  const records = [sampleRecord({ method: "lora" }), failedRecord("pissa")];
  assert.deepEqual(cells(html(resultsTable(records))), [
    ["LoRA", "4,884,480", "0.125", "24.5", "151.3", "2,200", "2", "1.4", "0.125", "0.5", "done"],
    ["PiSSA", ...Array(9).fill("–"), "failed"],
  ]);
});

Deno.test("tables: without rows or without columns there is a table still", () => {
  assert.match(html(table({ a: [] })), /<th[^>]*><span>a<\/span>.*0 rows, 1 column</);
  assert.match(html(table({})), /0 rows, 0 columns/);
});

Deno.test("tables: after installDisplay every table has its display, derived ones too", () => {
  installDisplay();
  installDisplay();
  const derived = table({ n: [1, 2] }).filter((row: { n: number }) => row.n > 1);
  const bundle = (derived as unknown as { [jupyterDisplay](): Record<string, string> })[jupyterDisplay]();
  assert.match(bundle["text/html"]!, /1 row,/);
});
