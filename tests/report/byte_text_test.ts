import assert from "node:assert/strict";
import { byteText } from "../../lib/report/byte_text.ts";

Deno.test("memory is told with three digits in its unit", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [12_345, "12.3 kB"],
    [999_700, "1 MB"],
    [2_200_400_000, "2.2 GB"],
  ];
  for (const [bytes, text] of cases) assert.equal(byteText(bytes), text);
});
