import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readParquet } from "../../lib/formats/parquet.ts";
import { gsm8kExample, loadGsm8k } from "../../lib/text/gsm8k.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const ROWS = [
  { question: "Ann has 3 bags of 4 plums. How many plums?", answer: "3 * 4 = <<3*4=12>>12 plums.\n#### 12" },
  { question: "A “big” jar costs €1,000. Two?", answer: "2*1,000 = $<<2*1000=2000>>2,000\n#### 2,000" },
];
const EXAMPLES = [
  {
    question: ROWS[0]!.question,
    response: "3 * 4 = 12 plums.\n#### 12\nThe answer is: 12\n",
    gold: ROWS[0]!.answer,
  },
  {
    question: ROWS[1]!.question,
    response: "2*1,000 = $2,000\n#### 2,000\nThe answer is: 2,000\n",
    gold: ROWS[1]!.answer,
  },
];
const LINES = ROWS.map((row) => JSON.stringify(row) + "\n");
const SAMPLE = fileURLToPath(new URL("../golden/gsm8k/sample.parquet", import.meta.url));

const NO_HUB = { HF_HUB_OFFLINE: "1", HF_HUB_CACHE: "", HUGGINGFACE_HUB_CACHE: "", NLORA_DATA: "" };

Deno.test("a row becomes the text that the reference run trains on", () => {
  assert.deepEqual(gsm8kExample({ place: "x", fields: ROWS[0]! }, "id"), { id: "id", ...EXAMPLES[0] });
});

Deno.test("several calculator marks in a line are removed, each to its own end", () => {
  const fields = { question: "?", answer: "<<1+1=2>>2 and <<2+2=4>>4 < 5 >> 3\n#### 4" };
  assert.equal(
    gsm8kExample({ place: "x", fields }, "id").response,
    "2 and 4 < 5 >> 3\n#### 4\nThe answer is: 4\n",
  );
});

Deno.test("reads a split from the data folder or from the gsm8k folder itself, in order, up to the limit", async () => {
  const folder = await dataFolder({ train: LINES.join(""), test: LINES[1]! });
  const expected = EXAMPLES.map((example, i) => ({ id: `gsm8k/train/${i}`, ...example }));
  assert.deepEqual(await loadGsm8k({ split: "train", data: folder }), expected);
  assert.deepEqual(await loadGsm8k({ split: "train", data: join(folder, "gsm8k") }), expected);
  assert.deepEqual(await loadGsm8k({ split: "train", data: folder, limit: 1 }), expected.slice(0, 1));
  assert.deepEqual(await loadGsm8k({ split: "test", data: folder }), [{
    id: "gsm8k/test/0",
    ...EXAMPLES[1],
  }]);
});

Deno.test("NLORA_DATA names the folder when none is given", async () => {
  const folder = await dataFolder({ train: LINES.join("") });
  await withEnvironment({ NLORA_DATA: folder }, async () => {
    assert.equal((await loadGsm8k({ split: "train" })).length, 2);
  });
});

Deno.test("a broken line is named by file and number, also beyond the limit", async () => {
  const broken: readonly [line: string, message: string][] = [
    ['{"question": "…', "not valid JSON"],
    ['{"question": "?"}', 'the field "answer" is missing'],
    ['{"question": 5, "answer": "#### 5"}', 'the field "question" is 5'],
    ['{"question": "?", "answer": "five"}', 'the answer has no "#### "'],
  ];
  for (const [line, message] of broken) {
    const folder = await dataFolder({ train: LINES.join("") + line });
    await rejects({ split: "train", data: folder, limit: 1 }, `train.jsonl line 3: ${message}`);
  }
});

Deno.test("an empty file is refused by name", async () => {
  await rejects({ split: "train", data: await dataFolder({ train: "\n" }) }, "train.jsonl holds no rows");
});

Deno.test("a given folder without the data is refused, naming the places and the option", async () => {
  const folder = await dataFolder({ train: LINES.join("") });
  await withEnvironment({ NLORA_DATA: folder }, async () => {
    const empty = temporaryFolder();
    await rejects(
      { split: "test", data: empty },
      join(empty, "gsm8k", "test.jsonl"),
      join(empty, "test.jsonl"),
      "--data",
    );
  });
});

Deno.test("without a folder the split comes from the Hub's cache", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const home = temporaryFolder();
  const repo = join(home, "hub", "datasets--openai--gsm8k");
  const snapshot = join(repo, "snapshots", commit, "main");
  await mkdir(join(repo, "refs"), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  await writeFile(join(repo, "refs", "main"), commit);
  await copyFile(SAMPLE, join(snapshot, "train-00000-of-00001.parquet"));
  await withEnvironment({ ...NO_HUB, HF_HOME: home }, async () => {
    assert.deepEqual(
      await loadGsm8k({ split: "train" }),
      EXAMPLES.map((example, i) => ({ id: `gsm8k/train/${i}`, ...example })),
    );
    await rejects(
      { split: "test" },
      "NLORA_DATA (not set)",
      "main/test-00000-of-00001.parquet",
      "openai/gsm8k",
      "--data DIR",
    );
    await withEnvironment({ NLORA_DATA: home }, async () => {
      await rejects({ split: "test" }, join(home, "gsm8k", "test.jsonl"), "openai/gsm8k");
    });
  });
});

Deno.test("rows of the Hub's Parquet file are the same rows", async () => {
  const rows = await readParquet(SAMPLE);
  assert.deepEqual(rows.map((row) => row.fields), ROWS);
  assert.equal(rows[1]!.place, `${SAMPLE} row 1`);
});

Deno.test("a file that is no Parquet is refused by name", async () => {
  const path = join(temporaryFolder(), "rows.parquet");
  for (const content of ["", "PAR1 but not really PAR1"]) {
    await writeFile(path, content);
    await assert.rejects(
      readParquet(path),
      (error) => error instanceof UsageError && error.message.startsWith(`${path}: not readable as Parquet`),
    );
  }
});

async function dataFolder(splits: { readonly [split: string]: string }): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "gsm8k"));
  for (const [split, content] of Object.entries(splits)) {
    await writeFile(join(folder, "gsm8k", `${split}.jsonl`), content);
  }
  return folder;
}

async function rejects(source: Parameters<typeof loadGsm8k>[0], ...parts: string[]): Promise<void> {
  await assert.rejects(loadGsm8k(source), (error) => {
    assert.ok(error instanceof UsageError);
    for (const part of parts) assert.ok(error.message.includes(part), `${error.message}\nlacks ${part}`);
    return true;
  });
}

async function withEnvironment(values: { [name: string]: string }, body: () => Promise<void>): Promise<void> {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    await body();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? delete process.env[name] : process.env[name] = value;
    }
  }
}
