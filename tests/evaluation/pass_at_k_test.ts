import assert from "node:assert/strict";
import { passAtK } from "../../lib/evaluation/pass_at_k.ts";
import { UsageError } from "../../lib/usage_error.ts";

/** The chance by counting: of all choices of k among n samples, those that hold one of the first c. */
function counted(n: number, c: number, k: number): number {
  let [all, passed] = [0, 0];
  for (let chosen = 0; chosen < 2 ** n; chosen++) {
    const samples = [...Array(n).keys()].filter((i) => chosen & (1 << i));
    if (samples.length !== k) continue;
    all++;
    if (samples.some((i) => i < c)) passed++;
  }
  return passed / all;
}

Deno.test("pass@k is the share of choices of k samples that hold one that passed", () => {
  for (let n = 1; n <= 7; n++) {
    for (let c = 0; c <= n; c++) {
      for (let k = 1; k <= n; k++) {
        assert.ok(Math.abs(passAtK(n, c, k) - counted(n, c, k)) < 1e-12, `n ${n}, c ${c}, k ${k}`);
      }
    }
  }
});

Deno.test("pass@1 is the share that passed, and no coefficient overflows", () => {
  assert.ok(Math.abs(passAtK(200, 13, 1) - 13 / 200) < 1e-12);
  assert.equal(passAtK(1e5, 0, 100), 0);
  assert.equal(passAtK(1e5, 1e5 - 99, 100), 1);
  const value = passAtK(1e5, 10, 1e4);
  assert.ok(Math.abs(value - (1 - 0.9 ** 10)) < 1e-4, String(value));
});

Deno.test("numbers that make no sense are refused", () => {
  for (
    const [n, c, k] of [[0, 0, 1], [3, 4, 1], [3, -1, 1], [3, 1, 0], [3, 1, 4], [3, 0.5, 1], [NaN, 0, 1]]
  ) {
    assert.throws(() => passAtK(n!, c!, k!), UsageError);
  }
});
