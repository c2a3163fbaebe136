import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordSchema } from "../../../lib/experiments/record.ts";
import { migrateRecord } from "../../../lib/experiments/store/migrate_record.ts";
import { openStore } from "../../../lib/experiments/store/open_store.ts";
import { recordFault } from "../../../lib/experiments/store/record_fault.ts";
import { completeSpec } from "../../../lib/experiments/spec.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { withFolder } from "../../temporary_folder.ts";
import { fakeRecord } from "../sweeps/fake_job.ts";
import { fakeSpec } from "../sweeps/fake_plan.ts";

const kept = join(import.meta.dirname!, "../../../data/records");

Deno.test("openStore: all kept records, of whatever version, are records of the present one", () => {
  for (const [name, least] of [["gsm8k", 8], ["quickstart", 5], ["starts", 2], ["ranks", 40]] as const) {
    const { records, damaged } = openStore(join(kept, name));
    assert.deepEqual(damaged, []);
    assert.ok(records.length >= least, name);
    for (const record of records) {
      assert.equal(record.schema, recordSchema);
      assert.deepEqual(record.run.spec, completeSpec(record.run.spec));
    }
    const times = records.map(({ run }) => run.started);
    assert.deepEqual(times, [...times].sort());
  }
});

Deno.test("migrateRecord: the first version's fields stay, and what it does not tell is null", () => {
  const first = JSON.parse(readFileSync(join(kept, "gsm8k", "lora.json"), "utf8"));
  assert.equal(first.schema, undefined);
  const record = migrateRecord(first) as ReturnType<typeof fakeRecord>;
  assert.equal(recordFault(record), null);
  assert.deepEqual({ ...record.run.spec, ...first.run.spec }, record.run.spec);
  assert.deepEqual([record.train!.compile_s, record.meta.code_digest], [null, null]);
  assert.deepEqual(record.train!.points, first.train.points);
  assert.deepEqual(migrateRecord(record), record, "twice is once");
});

Deno.test("migrateRecord: a spec of the second version asked for no further task and no set of instructions", () => {
  const second = JSON.parse(readFileSync(join(kept, "ranks", "001-lora.json"), "utf8"));
  assert.deepEqual([second.schema, "eval_also" in second.run.spec], [2, false]);
  const record = migrateRecord(second) as ReturnType<typeof fakeRecord>;
  const { eval_also, train_set, max_new_tokens } = record.run.spec;
  assert.deepEqual([record.schema, eval_also, train_set, max_new_tokens], [3, [], null, 0]);
  assert.deepEqual({ ...record.run.spec, ...second.run.spec }, record.run.spec);
  assert.deepEqual(record.eval, second.eval);
});

Deno.test("openStore: damaged records are named with the reason, all others are read; what is no record is passed over", async () => {
  await withFolder((folder) => {
    const good = fakeRecord(fakeSpec(0), [2, 1], "done");
    const write = (name: string, content: unknown) => {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    };
    const { train: _, ...withoutTrain } = good;
    write("runs/good/record.json", good);
    write("runs/good/adapter.json", {});
    write("runs/good/examples.jsonl.settings.json", {});
    write("logs/good.job.json", {});
    write("trials/x.json", {});
    write("runs/cut/record.json", JSON.stringify(good).slice(0, 300));
    write("runs/less/record.json", withoutTrain);
    write("runs/wrong/record.json", { ...good, run: { ...good.run, status: "splendid" } });
    write("runs/later/record.json", { ...good, schema: recordSchema + 1 });
    write("runs/negative/record.json", { ...good, train: { ...good.train, init_s: -1 } });
    const { records, damaged } = openStore(folder);
    assert.deepEqual(records, [good]);
    const reasons = Object.fromEntries(
      damaged.map(({ path, reason }) => [path.slice(folder.length + 6).split("/")[0], reason]),
    );
    assert.deepEqual(Object.keys(reasons).sort(), ["cut", "later", "less", "negative", "wrong"]);
    assert.match(reasons.cut!, /cannot be read/);
    assert.match(reasons.less!, /must have required property 'train'/);
    assert.match(reasons.later!, /schema must be equal to constant 3/);
    assert.match(reasons.wrong!, /run\.status must be equal to one of the allowed values/);
    return Promise.resolve();
  });
});

Deno.test("openStore: refuses a folder that is not there", () => {
  assert.throws(
    () => openStore(join(kept, "nowhere")),
    (error) => error instanceof UsageError && /no records can be read from .*nowhere/.test(error.message),
  );
});
