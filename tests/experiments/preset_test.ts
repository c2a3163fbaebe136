import assert from "node:assert/strict";
import process from "node:process";
import { loadPreset } from "../../lib/experiments/preset.ts";
import { completeSpec } from "../../lib/experiments/spec.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("the quickstart adapts with the paper's methods and its rivals, 20 to 30 steps each on a laptop, a step each in tests", () => {
  for (const [preset, few, many] of [["smoke", 1, 2], ["laptop", 20, 30]] as const) {
    const { name, specs } = loadPreset("quickstart", preset);
    assert.equal(name, "quickstart");
    assert.deepEqual(specs.map((spec) => spec.method), ["lora", "pissa", "slora", "nlora", "inttune"]);
    for (const spec of specs) {
      assert.ok(spec.steps >= few && spec.steps <= many);
      assert.notEqual(spec.eval_limit, 0);
      assert.deepEqual(completeSpec(spec), spec);
    }
  }
});

Deno.test("the starts are the pseudo-inverse core and the released start", () => {
  for (const preset of ["smoke", "laptop"]) {
    const { specs } = loadPreset("starts", preset);
    assert.deepEqual(specs.map(({ core, residual }) => [core, residual]), [
      ["pinv", undefined],
      ["copy", false],
    ]);
  }
});

Deno.test("NLORA_PRESET chooses the budget; without it, it is the laptop's", () => {
  const before = process.env.NLORA_PRESET;
  try {
    process.env.NLORA_PRESET = "smoke";
    assert.equal(loadPreset("starts").preset, "smoke");
    process.env.NLORA_PRESET = "";
    assert.equal(loadPreset("starts").preset, "laptop");
  } finally {
    if (before === undefined) delete process.env.NLORA_PRESET;
    else process.env.NLORA_PRESET = before;
  }
});

Deno.test("an unknown experiment or budget is refused", () => {
  const refused = (name: string, preset: string, words: RegExp) =>
    assert.throws(
      () => loadPreset(name, preset),
      (error) => error instanceof UsageError && words.test(error.message),
    );
  refused("nothing", "smoke", /no experiment "nothing" can be read from /);
  refused("starts", "huge", /experiment starts has no preset "huge"; choose one of smoke, laptop/);
  refused("starts", "toString", /experiment starts has no preset "toString"/);
});
