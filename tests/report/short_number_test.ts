import assert from "node:assert/strict";
import { shortNumber } from "../../lib/report/short_number.ts";

Deno.test("three digits of small and usual numbers, all of large ones", () => {
  const written = [0, 0.33333, 1.2345e-8, 99.95, 999, 5760, 73_728, -12_345.6].map(shortNumber);
  assert.deepEqual(written, ["0", "0.333", "1.23e-8", "100", "999", "5,760", "73,728", "-12,346"]);
});
