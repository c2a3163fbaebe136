import assert from "node:assert/strict";
import { valueKind, valueText, wholeText } from "../../lib/report/value_text.ts";

Deno.test("values are named by their kind, read easily and copied whole", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const cases: [unknown, string, string, string][] = [
    [null, "null", "–", ""],
    [undefined, "null", "–", ""],
    [1234.5678, "number", "1,234.6", "1234.5678"],
    [-1e-9, "number", "-1e-9", "-1e-9"],
    [Infinity, "number", "Infinity", "Infinity"],
    [12345n, "bigint", "12,345", "12345"],
    ["a b", "string", "a b", "a b"],
    [false, "boolean", "false", "false"],
    [new Date(0), "date", "1970-01-01", "1970-01-01"],
    [new Date(1000), "date", "1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z"],
    [new Date(NaN), "date", "Invalid Date", "Invalid Date"],
    [new Int32Array([1, 2]), "list", "[1,2]", "[1,2]"],
    [circle, "list", "", ""],
    [{ a: 1n }, "object", "[object Object]", "[object Object]"],
  ];
  for (const [value, ...expected] of cases) {
    assert.deepEqual([valueKind(value), valueText(value), wholeText(value)], expected);
  }
});
