import assert from "node:assert/strict";
import { firstTypeScript } from "../../tasks/gate/readme_snippet.ts";
import { countTests } from "../../tasks/gate/junit.ts";
import { withSolutions } from "../../tasks/gate/with_solutions.ts";
import { type Outcome, runParts, runSideBySide } from "../../tasks/gate/part.ts";

const none = { passed: 0, failed: 0, skipped: 0 };

Deno.test("tests of a JUnit report are counted", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="a &gt; b" time="0.1"></testcase>
    <testcase name="c" time="0.1"/>
    <testcase name="d"><skipped/></testcase>
    <testcase name="e"><failure message="x">passed &lt;testcase&gt;</failure></testcase>
  </testsuite></testsuites>`;
  assert.deepEqual(countTests(xml), { passed: 2, failed: 1, skipped: 1 });
  assert.deepEqual(countTests(""), none);
});

Deno.test("the counts of all parts add up; a part that throws or runs no test is a failure", async () => {
  const told: string[] = [];
  const show = (name: string) => ({ update() {}, end: (text: string) => void told.push(`${name}: ${text}`) });
  const part = (name: string, outcome: Outcome) => ({ name, run: () => Promise.resolve(outcome) });
  const log = console.log;
  console.log = () => {};
  try {
    const counts = await runParts([
      part("units", { passed: 5, failed: 1, skipped: 2, log: "" }),
      part("empty", { ...none, log: "" }),
      { name: "broken", run: () => Promise.reject(new Error("no")) },
      part("docs", { passed: 2, failed: 0, skipped: 0, log: "" }),
    ], show);
    assert.deepEqual(counts, { passed: 7, failed: 3, skipped: 2 });
  } finally {
    console.log = log;
  }
  assert.deepEqual(told, [
    "units: 5 passed, 1 failed, 2 skipped",
    "empty: 0 passed, 1 failed",
    "broken: 0 passed, 1 failed",
    "docs: 2 passed, 0 failed",
  ]);
});

Deno.test("lists side by side: one goes on while the other waits, each in its order, and their counts add up", async () => {
  const order: string[] = [];
  const freed = Promise.withResolvers<void>();
  const part = (name: string, work: () => Promise<void> | void = () => {}) => ({
    name,
    run: async () => {
      await work();
      order.push(name);
      return { ...none, passed: 1, log: "" };
    },
  });
  const log = console.log;
  console.log = () => {};
  try {
    const counts = await runSideBySide([
      [part("waits", () => freed.promise), part("after it")],
      [part("beside"), part("frees", freed.resolve)],
    ]);
    assert.deepEqual(counts, { ...none, passed: 4 });
  } finally {
    console.log = log;
  }
  assert.equal(order[0], "beside");
  assert.equal(order.at(-1), "after it");
});

Deno.test("the first TypeScript block of a text", () => {
  assert.equal(firstTypeScript("# x\n```sh\na\n```\n```ts\nb();\n```\n```ts\nc();\n```\n"), "b();\n");
  assert.throws(() => firstTypeScript("# x\n"), /no ```ts block/);
});

Deno.test("solutions become cells at the end of their notebook", () => {
  const notebook = JSON.stringify({
    cells: [{ cell_type: "markdown", source: "# A?" }],
    metadata: {},
    nbformat: 4,
  });
  const markdown =
    "## 1. One\n\n```ts\nconst a = 1;\na\n```\n\nand\n\n```sh\nls\n```\n\n```ts\nassert.ok(a);\n```\n";
  const { cells, nbformat } = JSON.parse(withSolutions(notebook, markdown));
  assert.equal(nbformat, 4);
  assert.deepEqual(cells.map(({ source }: { source: string }) => source), [
    "# A?",
    "const a = 1;\na",
    "assert.ok(a);",
  ]);
  assert.deepEqual([cells[1].cell_type, cells[1].outputs], ["code", []]);
});
