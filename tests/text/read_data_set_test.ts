import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { dataSets, type FieldKind } from "../../lib/text/data_sets.ts";
import { readDataSet } from "../../lib/text/read_data_set.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const golden = (name: string) => fileURLToPath(new URL(`../golden/data_sets/${name}`, import.meta.url));
const VALUES: Readonly<Record<FieldKind, unknown>> = { text: "“ü”\n", number: 1.5, texts: ["a", ""] };

function rowOf(name: string): Record<string, unknown> {
  const { fields } = dataSets.find((set) => set.name === name)!;
  return Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, VALUES[kind]]));
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const refused = (reading: Promise<unknown>, message: RegExp) =>
  assert.rejects(reading, (error: Error) => {
    assert.ok(error instanceof UsageError && message.test(error.message), error.message);
    return true;
  });

for (const { name, splits } of dataSets) {
  Deno.test(`${name}: every split is read from a folder, as lines and as one list, and a row without a field is refused`, async () => {
    const row = rowOf(name);
    for (const split of Object.keys(splits)) {
      const lines = `${JSON.stringify(row)}\n${JSON.stringify({ ...row, extra: null })}\n`;
      const folder = await folderWith({ [`${name}/${split}.jsonl`]: lines });
      const rows = await readDataSet(name, { split, data: folder });
      assert.deepEqual(rows.map(({ fields }) => fields), [row, { ...row, extra: null }]);
      assert.equal((await readDataSet(name, { split, data: join(folder, name), limit: 1 })).length, 1);
      const list = await folderWith({ [`${split}.json`]: JSON.stringify([row]) });
      assert.deepEqual((await readDataSet(name, { split, data: list }))[0]!.fields, row);
      for (const field of Object.keys(row)) {
        const { [field]: _, ...rest } = row;
        const lacking = await folderWith({ [`${split}.jsonl`]: JSON.stringify(rest) });
        await refused(
          readDataSet(name, { split, data: lacking }),
          new RegExp(`line 1: the field "${field}" is missing; .* is expected in ${name}`),
        );
      }
    }
  });
}

Deno.test("Parquet's integers are numbers, its lists are lists", async () => {
  const folder = await folderWith({ "glue/cola/x": "", "mbpp/x": "" });
  await copyFile(golden("cola.parquet"), join(folder, "glue", "cola", "train.parquet"));
  await copyFile(golden("mbpp.parquet"), join(folder, "mbpp", "test.parquet"));
  const cola = await readDataSet("glue/cola", { split: "train", data: folder });
  assert.deepEqual(cola.map(({ fields }) => [fields.sentence, fields.label]), [
    ["Books are read.", 1],
    ["Read books the.", 0],
  ]);
  const [first, second] = await readDataSet("mbpp", { split: "test", data: folder });
  assert.deepEqual([first!.fields.task_id, second!.fields.text], [11, "Say “ü”."]);
  assert.deepEqual(first!.fields.test_list, ["assert add(1, 2) == 3", "assert add(0, 0) == 0"]);
  assert.deepEqual(second!.fields.test_list, []);
});

Deno.test("the authors' releases serve too: HumanEval.jsonl, and MBPP's one file by its numbers", async () => {
  const mbpp = [1, 11, 510, 511, 601].map((task_id) => JSON.stringify({ ...rowOf("mbpp"), task_id })).join(
    "\n",
  );
  const human = JSON.stringify(rowOf("humaneval"));
  const folder = await folderWith({ "mbpp/mbpp.jsonl": mbpp, "humaneval/HumanEval.jsonl": human });
  const ids = async (split: string) =>
    (await readDataSet("mbpp", { split, data: folder })).map(({ fields }) => fields.task_id);
  assert.deepEqual(await ids("test"), [11, 510]);
  assert.deepEqual([...await ids("prompt"), ...await ids("validation"), ...await ids("train")], [
    1,
    511,
    601,
  ]);
  assert.equal((await readDataSet("humaneval", { split: "test", data: folder })).length, 1);
});

Deno.test("what is not known, not there or not readable is refused with the way out", async () => {
  await refused(
    readDataSet("squad", { split: "train" }),
    /unknown data set "squad"; choose one of gsm8k, math,/,
  );
  await refused(readDataSet("math", { split: "dev" }), /math has no split "dev"; choose one of train, test/);
  await refused(readDataSet("math", { split: "test", data: temporaryFolder() }), /no math at .*--data/);
  const folder = await folderWith({ "train.json": '{"a": 1}' });
  await refused(
    readDataSet("metamath", { split: "train", data: folder }),
    /one list of JSON objects is expected/,
  );
  const wrong = await folderWith({ "train.jsonl": JSON.stringify({ ...rowOf("glue/rte"), label: "yes" }) });
  await refused(
    readDataSet("glue/rte", { split: "train", data: wrong }),
    /"label" is "yes"; a number is expected/,
  );
});

Deno.test("a folder may hold a split of its own, such as a sample", async () => {
  const data = await folderWith({ "train_sample.jsonl": JSON.stringify(rowOf("glue/rte")) });
  assert.equal((await readDataSet("glue/rte", { split: "train_sample", data })).length, 1);
  await refused(
    readDataSet("glue/rte", { split: "train_half", data }),
    /no split "train_half"; choose one of train, validation, test, or put train_half\.jsonl into its folder/,
  );
});

Deno.test("all files of a split are read from the Hub's cache", async () => {
  const home = temporaryFolder();
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const repo = join(home, "hub", "datasets--nyu-mll--glue");
  await mkdir(join(repo, "refs"), { recursive: true });
  await mkdir(join(repo, "snapshots", commit, "cola"), { recursive: true });
  await writeFile(join(repo, "refs", "main"), commit);
  await copyFile(
    golden("cola.parquet"),
    join(repo, "snapshots", commit, "cola", "train-00000-of-00001.parquet"),
  );
  const before = { ...process.env };
  Object.assign(process.env, { HF_HOME: home, HF_HUB_OFFLINE: "1", HF_HUB_CACHE: "", NLORA_DATA: "" });
  try {
    assert.equal((await readDataSet("glue/cola", { split: "train" })).length, 2);
    await refused(
      readDataSet("glue/cola", { split: "test" }),
      /NLORA_DATA \(not set\), nor in the Hub's data set nyu-mll\/glue/,
    );
  } finally {
    for (const name of ["HF_HOME", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "NLORA_DATA"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});
