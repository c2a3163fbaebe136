import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findMethod } from "../../lib/adapters/methods.ts";
import { findGlueTask } from "../../lib/evaluation/glue.ts";
import { findTask } from "../../lib/evaluation/tasks.ts";
import {
  type PublishedFigure,
  publishedFigures,
  type PublishedName,
} from "../../lib/experiments/published.ts";
import { catalogue } from "../../lib/models/catalogue.ts";

const folder = join(import.meta.dirname!, "..", "..", "data", "published");
const names = readdirSync(folder).map((file) => file.replace(".csv", "")) as PublishedName[];

function value(name: PublishedName, wanted: Partial<PublishedFigure>): number | null {
  const found = publishedFigures(name).filter((figure) =>
    Object.entries(wanted).every(([key, value]) => figure[key as keyof PublishedFigure] === value)
  );
  assert.equal(found.length, 1, `${found.length} figures ${JSON.stringify(wanted)} in ${name}`);
  return found[0]!.value;
}

Deno.test("published figures: each has a source, a known model, method and task; one that was not read is null", () => {
  assert.deepEqual(names.sort(), ["efficiency", "glue", "inttune", "nlg", "rank"]);
  for (const name of names) {
    for (const figure of publishedFigures(name)) {
      assert.match(figure.source, /^(NLoRA \(arXiv 2502\.14482\)|PiSSA v4 \(arXiv 2404\.02948v4\))/);
      assert.ok(catalogue.some(({ name }) => name === figure.model), figure.model);
      if (figure.method !== "adalora") findMethod(figure.method);
      if (figure.task?.startsWith("glue/")) {
        assert.equal(findGlueTask(figure.task)!.metrics[0], figure.metric);
      } else if (figure.task !== null && !["glue", "mt-bench"].includes(figure.task)) findTask(figure.task);
      assert.equal(figure.value === null, figure.note === "not read", JSON.stringify(figure));
      if (figure.value !== null) assert.ok(figure.value > 0);
      if (figure.readingError !== null) assert.match(figure.source, /Figure/);
    }
  }
});

Deno.test("published figures: no figure is there twice", () => {
  for (const name of names) {
    const keys = publishedFigures(name).map(({ model, method, init, rank, task, metric, source }) =>
      [model, method, init, rank, task, metric, source.split(",")[0]].join()
    );
    assert.equal(new Set(keys).size, keys.length, name);
  }
});

Deno.test("published figures agree with what the papers compute from them", () => {
  const model = "llama-2-7b", task = "gsm8k";
  const lora = value("inttune", { method: "lora", task })!;
  for (const method of ["slora", "nlora"]) {
    const gain = 100 * (value("nlg", { method, task, model })! / lora - 1);
    const printed = value("efficiency", { method, metric: "relative gain over LoRA, %" })!;
    assert.ok(Math.abs(gain - printed) < 0.01, `${method}: ${gain} and ${printed}`);
    assert.equal(value("rank", { method, task, rank: 128 }), value("nlg", { method, task, model }));
  }
  const five = ["gsm8k", "math", "humaneval", "mbpp", "mt-bench"];
  const gains = five.map((task) =>
    value("inttune", { method: "inttune", rank: 128, task })! / value("inttune", { method: "lora", task })!
  );
  const mean = 100 * (gains.reduce((sum, gain) => sum + gain) / 5 - 1); // 7.461 of the table's rounded scores
  assert.ok(
    Math.abs(mean - value("efficiency", { metric: "mean relative gain over LoRA, %" })!) < 0.02,
    `${mean}`,
  );
  for (const init of [null, "gaussian", "kaiming"]) {
    const rows = publishedFigures("glue").filter((row) =>
      row.method === (init === null ? "pissa" : "lora") && row.init === init && row.value !== null
    );
    const tasks = rows.filter(({ task }) => task !== "glue").map(({ value }) => value!);
    assert.equal(tasks.length, 8);
    const printed = rows.find(({ task }) => task === "glue")!.value!;
    assert.ok(Math.abs(tasks.reduce((sum, score) => sum + score) / 8 - printed) < 0.01);
  }
});

Deno.test("published figures of an unknown name are refused with those that there are", () => {
  assert.throws(
    () => publishedFigures("speed" as PublishedName),
    /"speed"; there are efficiency, glue, inttune/,
  );
});
