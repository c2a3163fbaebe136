import assert from "node:assert/strict";
import { axisValues } from "../../../lib/experiments/sweeps/axis.ts";
import { expandGrid } from "../../../lib/experiments/sweeps/expand_grid.ts";
import { gridFrom } from "../../../lib/experiments/sweeps/grid.ts";
import { completeSpec } from "../../../lib/experiments/spec.ts";
import { UsageError } from "../../../lib/usage_error.ts";

const shared = { model: "smollm2-135m-instruct", task: "arithmetic" };
const refuses = (act: () => unknown, words: RegExp) =>
  assert.throws(act, (error) => error instanceof UsageError && words.test(error.message));

Deno.test("axisValues: both ends of ranges belong to them, and no number carries the error of a sum", () => {
  assert.deepEqual(axisValues("x", { range: [0.1, 0.5], step: 0.1 }), [0.1, 0.2, 0.3, 0.4, 0.5]);
  assert.deepEqual(axisValues("x", { range: [1, 6], step: 2 }), [1, 3, 5]);
  assert.deepEqual(axisValues("x", { log_range: [1e-5, 1e-2], base: 10 }), [1e-5, 1e-4, 1e-3, 1e-2]);
  assert.deepEqual(axisValues("x", { log_range: [1, 100], base: 3 }), [1, 3, 9, 27, 81]);
  assert.deepEqual(axisValues("x", { log_range: [1, 16], count: 5 }), [1, 2, 4, 8, 16]);
  assert.deepEqual(axisValues("x", [["a", "b"], ["c"]]), [["a", "b"], ["c"]]);
  assert.deepEqual(axisValues("x", null), [null]);
});

Deno.test("axisValues: refuses what is no axis, with the mend", () => {
  refuses(() => axisValues("rank", []), /axis rank is an empty list/);
  refuses(() => axisValues("rank", { range: [4, 1] }), /smaller one first/);
  refuses(() => axisValues("rank", { range: [1, 4], step: 0 }), /step 0/);
  refuses(() => axisValues("rank", { range: [0, 1e9] }), /1000000001 values; at most 10000/);
  refuses(() => axisValues("rank", { log_range: [0, 4], base: 2 }), /begin above 0/);
  refuses(() => axisValues("rank", { log_range: [1, 4] }), /base .* or the count/);
  refuses(() => axisValues("rank", { log_range: [1, 4], base: 1 }), /base 1/);
  refuses(() => axisValues("rank", { values: [1] } as never), /axis rank is \{"values":\[1\]\}/);
});

Deno.test("expandGrid: the whole product, the last axis fastest, every spec complete", () => {
  const specs = expandGrid({
    shared: { ...shared, steps: 3 },
    axes: { method: ["lora", "nlora"], rank: [4, 8], seed: { range: [0, 2] } },
  });
  assert.equal(specs.length, 12);
  assert.deepEqual(specs.slice(0, 4).map(({ method, rank, seed }) => [method, rank, seed]), [
    ["lora", 4, 0],
    ["lora", 4, 1],
    ["lora", 4, 2],
    ["lora", 8, 0],
  ]);
  for (const spec of specs) {
    assert.deepEqual(completeSpec(spec), spec);
    assert.deepEqual([spec.steps, spec.alpha], [3, spec.rank]);
  }
});

Deno.test("expandGrid: conditions stand in for axes where they match, one after the other; equal specs count once", () => {
  const specs = expandGrid({
    shared,
    axes: { method: ["lora", "nlora", "inttune"], learning_rate: [1e-4, 1e-3] },
    conditions: [
      { when: { method: ["nlora", "inttune"] }, axes: { core: ["pinv", "cur"] } },
      { when: { method: "inttune", core: "cur" }, axes: { learning_rate: 0.02 } },
    ],
  });
  assert.deepEqual(specs.map(({ method, learning_rate, core }) => [method, learning_rate, core ?? null]), [
    ["lora", 1e-4, null],
    ["lora", 1e-3, null],
    ["nlora", 1e-4, "pinv"],
    ["nlora", 1e-4, "cur"],
    ["nlora", 1e-3, "pinv"],
    ["nlora", 1e-3, "cur"],
    ["inttune", 1e-4, "pinv"],
    ["inttune", 0.02, "cur"], // of both learning rates, once
    ["inttune", 1e-3, "pinv"],
  ]);
});

Deno.test("expandGrid: exclusions match on defaults too, by value, list and bounds", () => {
  const specs = expandGrid({
    shared,
    axes: { method: ["lora", "inttune"], rank: { log_range: [1, 8], base: 2 } },
    exclude: [{ method: "inttune", rank: { max: 2 } }, { method: "lora", rank: [4, 8], batch: 4 }],
  });
  assert.deepEqual(specs.map(({ method, rank }) => [method, rank]), [
    ["lora", 1],
    ["lora", 2],
    ["inttune", 4],
    ["inttune", 8],
  ]);
});

Deno.test("expandGrid: refuses slips, with the mend", () => {
  const axes = { method: ["lora"] };
  refuses(() => expandGrid({ axes }), /gives no model; put it into shared/);
  refuses(() => expandGrid({ shared, axes: { ...axes, rnk: [1] } }), /a spec has no field rnk/);
  refuses(() => expandGrid({ shared, axes: { method: ["laura"] } }), /laura/);
  refuses(() => expandGrid({ shared, axes, exclude: [{ rnk: 1 }] }), /matches on rnk/);
  refuses(() => expandGrid({ shared, axes, exclude: [{ rank: 16 }] }), /excludes all/);
  const many = { range: [0, 999] } as const;
  refuses(() => expandGrid({ shared, axes: { ...axes, seed: many, rank: many } }), /1000000 specs/);
});

Deno.test("gridFrom: checks a grid's form, and chooses among budgets", () => {
  const grid = { shared, axes: { method: ["lora"] }, halving: { metric: "loss", at: [2, 4] } };
  assert.deepEqual(gridFrom(grid), grid);
  assert.deepEqual(gridFrom({ smoke: grid, laptop: { axes: {} } }, "smoke"), grid);
  refuses(() => gridFrom({ smoke: grid }, "huge"), /no preset "huge"; choose one of smoke/);
  refuses(() => gridFrom([]), /a grid is an object/);
  refuses(() => gridFrom({ shared }), /the grid's axes must be/);
  refuses(() => gridFrom({ ...grid, ranks: [1] }), /a grid has no field ranks/);
  refuses(() => gridFrom({ ...grid, exclude: {} }), /the grid's exclude must be a list/);
  refuses(() => gridFrom({ ...grid, conditions: [{ when: {} }] }), /the grid's conditions must be/);
  refuses(
    () => gridFrom({ ...grid, halving: { metric: "luck", at: [1] } }),
    /halving.metric must be one of loss/,
  );
  refuses(() => gridFrom({ ...grid, halving: { metric: "loss", at: [4, 2] } }), /halving.at must be/);
  refuses(() => gridFrom({ ...grid, halving: { metric: "loss", at: [2], keep: 1 } }), /halving.keep must be/);
});

Deno.test("the sweep of ranks has five methods at ranks 1 to 128, and a few runs in tests", () => {
  const text = Deno.readTextFileSync(new URL("../../../data/sweeps/ranks.json", import.meta.url));
  for (const [preset, seeds] of [["laptop", 3], ["paper", 1]] as const) {
    const specs = expandGrid(gridFrom(JSON.parse(text), preset));
    assert.equal(specs.length, 8 * 5 * seeds);
    assert.deepEqual([...new Set(specs.map(({ rank }) => rank))], [1, 2, 4, 8, 16, 32, 64, 128]);
  }
  assert.equal(expandGrid(gridFrom(JSON.parse(text), "smoke")).length, 5);
});
