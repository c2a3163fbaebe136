import assert from "node:assert/strict";
import { nystromCores } from "../../lib/linalg/nystrom_core.ts";
import { nystromCost } from "../../lib/linalg/nystrom_cost.ts";
import { samplings } from "../../lib/linalg/sampling.ts";

const first = { rows: "first", columns: "first" } as const;

Deno.test("nystromCost: copy computes nothing, and allocates the three factors alone", () => {
  const { flops, bytes } = nystromCost(100, 60, { rank: 8, core: "copy", ...first });
  assert.deepEqual([flops, bytes], [0, 4 * (100 * 8 + 8 * 8 + 8 * 60)]);
});

Deno.test("nystromCost: the factors alone grow with m + n and not with m·n", () => {
  for (const core of ["copy", "pinv"] as const) {
    const cost = (m: number, n: number) => nystromCost(m, n, { rank: 16, core, ...first });
    assert.equal(cost(1000, 500).flops, cost(8000, 4000).flops);
    assert.equal(cost(8000, 4000).bytes - cost(1000, 500).bytes, 4 * 16 * (7000 + 3500));
  }
});

Deno.test("nystromCost: pinv costs more than copy, and cur more than pinv", () => {
  const [copy, pinv, cur] = nystromCores.map((core) => nystromCost(400, 300, { rank: 20, core, ...first }));
  assert.ok(copy!.flops < pinv!.flops && pinv!.flops < cur!.flops);
  assert.ok(copy!.bytes < pinv!.bytes && pinv!.bytes < cur!.bytes);
});

Deno.test("nystromCost: samplings that read W cost more than those that do not, the exact scores most", () => {
  const flops = Object.fromEntries(samplings.map((sampling) => [
    sampling,
    nystromCost(4096, 4096, { rank: 32, core: "copy", rows: sampling, columns: sampling }).flops,
  ]));
  assert.deepEqual([flops.first, flops.uniform], [0, 0]);
  assert.equal(flops.norm, 4 * 4096 ** 2);
  assert.ok(flops.norm! < flops["approximate-leverage"]! && flops["approximate-leverage"]! < flops.leverage!);
});

Deno.test("nystromCost: scores that rows and columns share are counted once, given indices as nothing", () => {
  const cost = (rows: "leverage" | number[], columns: "leverage" | number[]) =>
    nystromCost(50, 40, { rank: 2, core: "copy", rows, columns }).flops;
  assert.equal(cost("leverage", "leverage"), cost("leverage", [3, 4]));
  assert.equal(cost([1, 2], [3, 4]), 0);
});
