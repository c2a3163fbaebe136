import assert from "node:assert/strict";
import { join } from "node:path";
import { publishedFigures } from "../../lib/experiments/published.ts";
import { keptRecords } from "../../lib/experiments/read_records.ts";
import { headline } from "../../tasks/readme/headline.ts";
import { headlineParts, pictureFile, withHeadline } from "../../tasks/readme/headline_parts.ts";
import { headlineSvg } from "../../tasks/readme/headline_svg.ts";
import { headlineTable } from "../../tasks/readme/headline_table.ts";
import { sampleRecord } from "../report/sample_record.ts";

const root = join(import.meta.dirname!, "..", "..");

Deno.test("the README's picture and table are what the kept records and the papers' figures give", async () => {
  const { svg, markdown } = headlineParts();
  const readme = await Deno.readTextFile(join(root, "README.md"));
  assert.equal(readme, withHeadline(readme, markdown), "run `deno task readme` and `deno fmt`");
  const words = readme.replaceAll(/\s+/g, " ");
  for (const { run, eval: score } of keptRecords("nlg")) {
    assert.ok(words.includes(`the first ${score!.n} problems of each test set`), run.spec.task);
    assert.ok(words.includes(`a fiftieth of its size, to ${run.spec.train_limit}.`), run.spec.task);
  }
  assert.equal(await Deno.readTextFile(join(root, pictureFile)), svg, "run `deno task readme`");
});

Deno.test("the README's table has a place for each score of each kept record, and says what is missing", () => {
  const tasks = headline(keptRecords("nlg"), publishedFigures("nlg"));
  const table = headlineTable(tasks).split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  for (const { run, eval: score } of keptRecords("nlg")) {
    for (const [task, { value }] of Object.entries({ [run.spec.task]: score!, ...score!.also })) {
      const { title } = tasks.find((one) => one.task === task)!;
      const place = table[0]!.indexOf(`${title}, paper`) + 1;
      const row = 2 + tasks[0]!.rows.findIndex(({ method }) => method === run.spec.method);
      assert.equal(
        Number(table[row]![place]),
        Number((100 * value).toFixed(2)),
        `${task} ${run.spec.method}`,
      );
    }
  }
  const nlora = table.find(([, name]) => name === "NLoRA")!;
  assert.deepEqual([nlora[2], nlora[4], nlora[6], nlora.at(-2)], ["57.7", "9.95", "–", "–"]);
});

Deno.test("the headline takes the mean over seeds, its interval for the problems, and the paper's own figures alone", () => {
  const runs = [0.5, 0.25].map((value, seed) => {
    const record = sampleRecord({ method: "lora", task: "gsm8k", seed });
    const score = { ...record.eval!, value, before: 0, n: 8 };
    return {
      ...record,
      run: { ...record.run, seed },
      eval: { ...score, also: { math: { ...score, value: 0 } } },
    };
  });
  const tasks = headline(runs, publishedFigures("nlg"));
  const lora = tasks.map(({ rows }) => rows.find(({ method }) => method === "lora")!);
  assert.deepEqual(lora.map(({ published }) => published), [42.3, 5.5, 18.29, 35.34, 4.58]);
  const [gsm8k, math, humaneval] = lora.map(({ ours }) => ours);
  assert.deepEqual([gsm8k!.value, gsm8k!.seeds, gsm8k!.problems, math!.value], [37.5, 2, 8, 0]);
  assert.ok(gsm8k!.low < 37.5 && gsm8k!.high > 37.5 && math!.low === 0 && math!.high > 20);
  assert.equal(humaneval, null);
  const svg = headlineSvg(tasks, { title: "A & B", words: "words" });
  assert.match(svg, /^<svg [^>]*role="img"[^]*<title>A &amp; B<\/title>\n<desc>words<\/desc>/);
  assert.deepEqual([...svg.matchAll(/>([^<]+) \(%\)</g)].map(([, name]) => name), ["GSM8K", "MATH"]);
});
