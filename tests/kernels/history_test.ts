import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { History } from "../../kernels/history.ts";
import { withFolder } from "../temporary_folder.ts";

function historyTest(name: string, body: (file: string) => Promise<void> | void): void {
  Deno.test(`history: ${name}`, () =>
    withFolder(async (folder) => await body(join(folder, "made", "history.jsonl"))));
}

const tail = { hist_access_type: "tail", n: 10 };

historyTest("a new one is empty", (file) => assert.deepEqual(new History(file).find(tail), []));

historyTest("the tail has the last inputs, with their outputs where these are wanted", (file) => {
  const history = new History(file);
  history.add(1, "1 + 1", "2");
  history.add(2, "const a = 1;\na", null);
  assert.deepEqual(history.find(tail), [[1, 1, "1 + 1"], [1, 2, "const a = 1;\na"]]);
  assert.deepEqual(history.find({ ...tail, n: 1 }), [[1, 2, "const a = 1;\na"]]);
  assert.deepEqual(history.find({ ...tail, n: 0 }), []);
  assert.deepEqual(history.find({ ...tail, output: true })[0], [1, 1, ["1 + 1", "2"]]);
});

historyTest("sessions are told apart, this kernel's comes last", (file) => {
  const [first, second] = [new History(file), new History(file)];
  first.add(1, "a", null);
  second.add(1, "b", null);
  first.add(2, "c", null);
  const range = { hist_access_type: "range", start: 1, stop: 3 };
  assert.deepEqual(first.find({ ...range, session: 0 }), [[2, 1, "a"], [2, 2, "c"]]);
  assert.deepEqual(first.find({ ...range, session: -1 }), [[1, 1, "b"]]);
  assert.deepEqual(second.find({ ...range, session: 0 }), [[2, 1, "b"]]);
  assert.deepEqual(second.find({ ...range, session: 1, start: 2 }), [[1, 2, "c"]]);
  assert.deepEqual(new History(file).find({ ...range, session: 0 }), []);
  assert.deepEqual(new History(file).find({ ...range, session: -1 }), [[2, 1, "b"]]);
});

historyTest("a search has patterns and may leave out what comes again", (file) => {
  const history = new History(file);
  ["x = 1", "y = 2", "x = 1", "f(x)\ng(x)", "a.b"].forEach((input, i) => history.add(i + 1, input, null));
  const search = (pattern: string, more = {}) =>
    history.find({ hist_access_type: "search", pattern, ...more }).map((entry) =>
      (entry as [number, number])[1]
    );
  assert.deepEqual(search("x*"), [1, 3]);
  assert.deepEqual(search("*x*"), [1, 3, 4]);
  assert.deepEqual(search("? = ?"), [1, 2, 3]);
  assert.deepEqual(search("f*g*"), [4]);
  assert.deepEqual(search("a?b"), [5]);
  assert.deepEqual(search("a.*"), [5]);
  assert.deepEqual(search("(*"), []);
  assert.deepEqual(search("*x*", { unique: true }), [3, 4]);
  assert.deepEqual(search("*x*", { n: 1 }), [4]);
});

historyTest("a request that makes no sense finds nothing", (file) => {
  const history = new History(file);
  history.add(1, "1", null);
  for (const request of [{}, { hist_access_type: "toString" }, { hist_access_type: "range", session: 99 }]) {
    assert.deepEqual(history.find(request), []);
  }
});

historyTest("what others wrote into the file is passed over, and the file stays bounded", async (file) => {
  const history = new History(file);
  history.add(1, "kept", null);
  await writeFile(file, `${await readFile(file, "utf8")}{"kernel": 5}\nnot JSON\n`);
  assert.deepEqual(history.find(tail), [[1, 1, "kept"]]);
  for (let i = 0; i < 5; i++) history.add(2 + i, `${i}`.repeat(1_000_000), null);
  assert.ok((await stat(file)).size < 4_000_000);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((history.find(tail).at(-1) as [number, number])[1], 6);
});
