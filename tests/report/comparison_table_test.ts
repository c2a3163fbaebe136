import assert from "node:assert/strict";
import { comparisonTable } from "../../lib/report/comparison_table.ts";
import { formatTable } from "../../lib/report/table.ts";
import { glueRecord, rightIn } from "./glue_record.ts";
import { sampleRecord } from "./sample_record.ts";

const records = [
  glueRecord({ method: "lora", seed: 0 }, rightIn(50), 0.75),
  glueRecord({ method: "lora", seed: 1 }, rightIn(51)),
  glueRecord({ method: "nlora", seed: 0 }, rightIn(90)),
  glueRecord({ method: "nlora", seed: 1 }, rightIn(91)),
  glueRecord({ method: "inttune", seed: 0 }, rightIn(52)),
  glueRecord({ method: "nlora", task: "glue/rte" }, rightIn(60)),
];

Deno.test("comparisonTable: a row for each method and task, against the baseline, with plain words", () => {
  const rows = comparisonTable(records, "lora", { samples: 200 }).objects() as Record<string, unknown>[];
  assert.deepEqual(
    rows.map(({ task, method, seeds, remark }) => [task, method, seeds, remark]),
    [
      ["glue/sst2", "LoRA", 2, "baseline"],
      ["glue/sst2", "NLoRA", 2, null],
      ["glue/sst2", "IntTune", 1, "inside the noise of the examples"],
      ["glue/rte", "NLoRA", 1, null],
    ],
  );
  const [lora, nlora, , alone] = rows;
  assert.equal(lora!["last epoch"], 0.505);
  assert.equal(lora!["best epoch"], 0.63);
  assert.ok(Math.abs(nlora!["against lora"] as number - 0.4) < 1e-12);
  assert.ok((nlora!["low"] as number) > 0.2 && (nlora!["high"] as number) < 0.6);
  assert.deepEqual([alone!["against lora"], alone!["± last"]], [null, null]);
});

Deno.test("comparisonTable: specs of one method are told apart; the text has them all", () => {
  const two = [2, 4].map((rank) => glueRecord({ method: "nlora", rank }, rightIn(60)));
  const text = formatTable(comparisonTable([...two, records[0]!], "lora", { samples: 20 }));
  assert.match(text, /NLoRA \(rank 2, alpha 2\)/);
  assert.match(text, /NLoRA \(rank 4, alpha 4\)/);
});

Deno.test("comparisonTable: records that do not hold each output are rows without a comparison", () => {
  const [row] = comparisonTable([records[0]!, sampleRecord({ ...records[2]!.run.spec })], "lora").objects()
    .slice(1);
  const { remark, ...others } = row as Record<string, unknown>;
  assert.match(remark as string, /not compared/);
  assert.equal(others["against lora"], null);
});
