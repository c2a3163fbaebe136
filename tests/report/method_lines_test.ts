import assert from "node:assert/strict";
import { methodLines } from "../../lib/report/method_lines.ts";

Deno.test("methodLines: a line for each method in the order of the first points, by ascending x, equal places averaged", () => {
  const lines = methodLines([
    { method: "nlora", x: 8, y: 1 },
    { method: "lora", x: 4, y: 5 },
    { method: "nlora", x: 2, y: 3 },
    { method: "nlora", x: 8, y: 2 },
    { method: "of my own", x: 1, y: 0 },
  ]);
  assert.deepEqual(Object.entries(lines), [
    ["NLoRA", { x: [2, 8], y: [3, 1.5], method: "nlora", low: [3, 1], high: [3, 2] }],
    ["LoRA", { x: [4], y: [5], method: "lora" }],
    ["of my own", { x: [1], y: [0], method: "of my own" }],
  ]);
});
