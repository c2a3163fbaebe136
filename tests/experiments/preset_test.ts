import assert from "node:assert/strict";
import process from "node:process";
import { countTrainable } from "../../lib/adapters/count_trainable.ts";
import { glueTasks } from "../../lib/evaluation/glue.ts";
import { loadPreset } from "../../lib/experiments/preset.ts";
import { completeSpec, type Spec } from "../../lib/experiments/spec.ts";
import { specKey } from "../../lib/experiments/spec_key.ts";
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

Deno.test("convergence: each method runs at one rate and at ten times that, and all see the same examples", () => {
  const { specs } = loadPreset("convergence", "laptop");
  for (const [method, own] of Map.groupBy(specs, ({ method }) => method)) {
    const [slow, fast] = own.map(({ learning_rate }) => learning_rate).sort((a, b) => a - b);
    assert.ok(own.length === 2 && Math.abs(fast! / slow! - 10) < 1e-9, method);
  }
  assert.ok(
    specs.every(({ seed, shuffle, batch, steps, train_limit }) =>
      seed === 0 && !shuffle && batch * steps <= train_limit
    ),
  );
});

Deno.test("the starts are every core with two samplings, exact and as released, at two learning rates, and the truncated pinv; on a laptop the exact ones with four, and with three seeds at the lower rate", () => {
  for (const [preset, drawn] of [["laptop", ["uniform", "norm"]], ["paper", []]] as const) {
    const { specs } = loadPreset("starts", preset);
    const rates = [...new Set(specs.map(({ learning_rate }) => learning_rate))];
    assert.equal(rates.length, 2);
    assert.ok(specs.every(({ rows, columns }) => rows === columns));
    const startsOf = (rate: number, residual: boolean, seed: number) =>
      specs.filter((spec) => spec.learning_rate === rate && spec.residual === residual && spec.seed === seed)
        .map(({ core, rows, rtol }) => `${core} ${rows} ${rtol ?? ""}`.trim()).sort();
    const starts = (samplings: readonly string[]) =>
      [
        ...["copy", "pinv", "cur"].flatMap((core) => samplings.map((rows) => `${core} ${rows}`)),
        "pinv first 0.1",
      ].sort();
    const all = starts(["first", "leverage", ...drawn]);
    for (const rate of rates) {
      assert.deepEqual(startsOf(rate, true, 0), all);
      assert.deepEqual(startsOf(rate, false, 0), starts(["first", "leverage"]));
    }
    for (const seed of [1, 2]) {
      assert.deepEqual(startsOf(2e-4, true, seed), preset === "laptop" ? all : []);
    }
    assert.equal(specs.length, preset === "laptop" ? 66 : 28);
  }
  assert.deepEqual(loadPreset("starts", "smoke").specs.map(({ core, residual }) => [core, residual]), [
    ["copy", true],
    ["pinv", false],
  ]);
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

Deno.test("glue: MiniLM on five tasks by six methods and three seeds; DeBERTa-v3 on all eight with the published settings", () => {
  const laptop = loadPreset("glue", "laptop");
  const distinct = (field: "task" | "method" | "seed") =>
    new Set(laptop.specs.map((spec) => spec[field])).size;
  assert.deepEqual([distinct("task"), distinct("method"), distinct("seed")], [5, 6, 3]);
  assert.equal(laptop.specs.length, 5 * 6 * 3);
  assert.deepEqual([...new Set(laptop.specs.slice(0, 30).map(({ seed }) => seed))], [0]); // seed by seed
  assert.ok(laptop.specs.every(({ eval_limit, epochs }) => eval_limit === "all" && epochs === 2));
  assert.match(laptop.about, /MiniLM-L6 .* in place of DeBERTa-v3-base/);
  const { specs } = loadPreset("glue", "paper");
  assert.deepEqual(
    [...new Set(specs.map(({ task }) => task))].sort(),
    glueTasks.map(({ name }) => name).sort(),
  );
  const rte = specs.find(({ task, method }) => task === "glue/rte" && method === "lora")!;
  assert.deepEqual([rte.epochs, rte.batch, rte.learning_rate, rte.alpha, rte.rank], [50, 16, 1e-4, 8, 8]);
});

Deno.test("the main table: five methods, trained for mathematics and for code, and in the paper's budget for conversation, which a judge scores", () => {
  const methods = ["lora", "pissa", "slora", "nlora", "full"];
  const trained = (preset: string) =>
    Map.groupBy(
      loadPreset("nlg", preset).specs,
      ({ model, task, eval_also, train_set }) => [model, train_set ?? task, ...eval_also].join(" "),
    );
  const laptop = trained("laptop");
  assert.deepEqual([...laptop.keys()], [
    "smollm2-135m-instruct gsm8k math",
    "smollm2-135m-instruct mbpp humaneval",
  ]);
  const paper = trained("paper");
  assert.deepEqual(
    [...paper.keys()],
    ["llama-2-7b", "mistral-7b"].flatMap((model) =>
      ["metamath math", "codefeedback mbpp", "evol-instruct"].map((set) => `${model} ${set}`)
    ),
  );
  for (const specs of [...laptop.values(), ...paper.values()]) {
    assert.deepEqual(specs.map(({ method }) => method), methods);
    for (const spec of specs) {
      assert.equal(spec.eval_limit === 0, spec.task === "mt-bench");
      assert.deepEqual(completeSpec(spec), spec);
    }
  }
  assert.ok(loadPreset("nlg", "paper").judge?.base_url.startsWith("https://"));
  assert.equal(loadPreset("nlg", "laptop").judge, undefined);
});

Deno.test("inttune: four methods train equally many numbers in MiniLM, and every run has a rate that was tried with another seed", () => {
  const [runs, tried] = [loadPreset("inttune", "laptop").specs, loadPreset("inttune_rates", "laptop").specs];
  const maps = Array<[number, number]>(18).fill([384, 384]);
  const equal = runs.filter(({ core_form, core_tying }) => !core_form && !core_tying);
  const counts = new Set(equal.map((spec) => countTrainable(maps, spec)));
  assert.deepEqual(
    [...new Set(equal.map(({ method }) => method))].sort(),
    ["inttune", "lora", "lora-xs", "vera"],
  );
  assert.ok(Math.max(...counts) / Math.min(...counts) < 1.03);
  const but = (spec: Spec) => specKey({ ...spec, seed: 0 });
  const known = new Set(tried.map(but));
  assert.ok(runs.every((spec) => known.has(but(spec))));
  const seeds = new Set(tried.map(({ seed }) => seed));
  assert.ok(runs.every(({ seed }) => !seeds.has(seed)));
});
