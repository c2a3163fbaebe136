import assert from "node:assert/strict";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../temporary_folder.ts";
import { type RunningCells, withCells } from "./running_cells.ts";

/** One process serves all the steps; it and its pipes end with the test, but not at one instant. */
function cellsTest(
  name: string,
  steps: Readonly<Record<string, (cells: RunningCells, folder: string) => Promise<void>>>,
  options: { answers?: (string | null)[]; limit?: string } = {},
): void {
  Deno.test({
    name: `cells: ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: (test) =>
      withFolder(async (folder) => {
        const cwd = await realpath(folder);
        await withCells(cwd, async (cells) => {
          for (const [step, body] of Object.entries(steps)) await test.step(step, () => body(cells, cwd));
        }, options);
      }),
  });
}

cellsTest("values, streams and names", {
  "the last value is shown, declarations show nothing": async ({ result }) => {
    assert.equal(await result("1 + 1"), "2");
    assert.equal(await result("const a: string = 'b'; a"), '"b"');
    assert.equal(await result("const b = 1"), undefined);
    assert.equal(await result("undefined"), undefined);
    assert.equal(await result("null"), "null");
    assert.equal(await result("Promise.resolve(5)"), "Promise { 5 }");
  },
  "names of the runtime may be declared": async ({ run, result }) => {
    await run("const closed = 1, location = 2, navigator = 3, name = 4");
    assert.equal(await result("[closed, location, navigator, name].join()"), '"1,2,3,4"');
  },
  "a declaration that fails leaves the old value": async ({ run, result }) => {
    await run("const kept = 1");
    await run("const kept = (() => { throw new Error() })()");
    assert.equal(await result("kept"), "1");
  },
  "every way of writing comes in order": async ({ run }) => {
    const outputs = await run(
      "console.log('a'); process.stdout.write('b\\n'); Deno.stdout.writeSync(new TextEncoder().encode('ü\\n')); " +
        "console.error('c'); process.stderr.write('d\\n'); await Deno.stdout.write(new TextEncoder().encode('e\\n')); 5",
    );
    assert.deepEqual(outputs.slice(0, 3), [
      ["stream", { name: "stdout", text: "a\nb\nü\n" }],
      ["stream", { name: "stderr", text: "c\nd\n" }],
      ["stream", { name: "stdout", text: "e\n" }],
    ]);
  },
  "what child processes write comes in their cell": async ({ printed }) => {
    const child = (script: string) =>
      `await new Deno.Command("sh", { args: ["-c", ${JSON.stringify(script)}] }).spawn().status`;
    assert.equal(await printed(child("echo one; echo two")), "one\ntwo\n");
    assert.equal(await printed(child("echo three >&2"), "stderr"), "three\n");
  },
  "rejections that nobody heeds and errors of timers are shown with their place": async ({ printed }) => {
    const code =
      "Promise.reject(new Error('unheard'));\nsetTimeout(() => { throw new Error('timed') }, 1);\n" +
      "await new Promise((resolve) => setTimeout(resolve, 50))";
    const text = await printed(code, "stderr");
    assert.match(text, /Uncaught \(in promise\) Error: unheard\n {4}at cell \d+:1:16\n/);
    assert.match(text, /Error: timed\n {4}at cell \d+:2:26\n/);
  },
  "a rejection that nobody heeds is shown before its cell ends, every time": async ({ printed }) => {
    for (let cell = 0; cell < 100; cell += 1) {
      assert.match(
        await printed(`Promise.reject(new Error("unheard ${cell}")); 1`, "stderr"),
        RegExp(`unheard ${cell}\\n`),
      );
    }
  },
  "values that are alive are described and named": async ({ run, runner }) => {
    await run("const alive = { first: 1, second: [1, 2] }");
    assert.equal(await runner.describe("alive.second"), "[ 1, 2 ]");
    assert.equal(await runner.describe("alive.missing.deeper"), null);
    const { matches, cursor_start } = await runner.complete({ code: "alive.se", cursor_pos: 8 });
    assert.deepEqual([matches, cursor_start], [["second"], 6]);
    assert.equal((await runner.evaluate("alive.first + 1")).data["text/plain"].includes("2"), true);
    await assert.rejects(runner.evaluate("nope"), { ename: "ReferenceError" });
  },
});

cellsTest("errors", {
  "a place is that of the TypeScript, also in functions of earlier cells": async ({ run, traceback }) => {
    await run(
      "interface Options {\n  rank: number;\n}\nfunction fail(options: Options) {\n  throw new TypeError(`bad ${options.rank}`);\n}",
    );
    assert.equal(
      await traceback("type Unused = 1;\n\nfail({ rank: 8 });"),
      "TypeError: bad 8\ncell 1, line 5, column 9\n  throw new TypeError(`bad ${options.rank}`);\n        ^\n" +
        "    at fail (cell 1, line 5, column 9)\n    at cell 2, line 3, column 1",
    );
  },
  "after waiting too": async ({ traceback }) => {
    assert.match(
      await traceback(
        "async function later(): Promise<void> {\n  await 0;\n  throw new Error('late');\n}\nawait later();",
      ),
      /^Error: late\ncell 3, line 3, column 9\n.*\n {8}\^\n {4}at later \(cell 3, line 3, column 9\)\n {4}at async cell 3, line 5, column 1$/,
    );
  },
  "the stack that code sees is the same": async ({ printed }) => {
    const stack = await printed(
      "type A = 1;\ntry { throw new Error('seen') } catch (error) { console.log(error.stack) }",
    );
    assert.match(stack, /^Error: seen\n {4}at cell \d+:2:13\n$/);
  },
  "causes are told": async ({ traceback }) =>
    assert.match(
      await traceback("throw new Error('outer', { cause: new RangeError('inner') })"),
      /cause.*RangeError: inner/,
    ),
  "files of a library are named with their lines": async ({ traceback }) =>
    assert.match(
      await traceback("nlora.pinv(5 as any)"),
      /lib\/linalg\/\w+\.ts:\d+:\d+/,
    ),
  "syntax": async ({ traceback }) =>
    assert.match(
      await traceback("const ok = 1;\nlet 1x = 2;"),
      /^SyntaxError: .*\ncell \d+, line 2, column 6\nlet 1x = 2;\n {5}\^/,
    ),
  "syntax that only the engine knows": async ({ traceback }) =>
    assert.match(await traceback("break;"), /^SyntaxError: Illegal break/),
  "what was thrown need not be an error": async ({ traceback }) => {
    assert.equal(await traceback('throw "words"'), 'Thrown: "words"');
    assert.match(await traceback("throw null"), /^Thrown: null/);
    assert.match(
      await traceback("throw new (class extends Error { get name(): string { throw 1 } })('x')"),
      /x/,
    );
  },
  "no frame is the kernel's own": async ({ traceback }) =>
    assert.doesNotMatch(
      await traceback("await (async () => { await 0; throw new Error('x') })()"),
      /kernels|node:|ext:/,
    ),
});

cellsTest("imports", {
  "paths begin at the notebook's folder": async ({ result }, folder) => {
    await writeFile(
      join(folder, "helper.ts"),
      "export const seven: number = 7; export default 'd'; export type T = 1;",
    );
    assert.equal(
      await result(
        "import d, { seven as s } from './helper.ts'; import * as h from './helper.ts'; [d, s, h.seven]",
      ),
      '[ "d", 7, 7 ]',
    );
    assert.equal(await result("import type { T } from './helper.ts'; const t: T = 1; t"), "1");
    assert.equal(await result("(await import('./helper.ts')).seven"), "7");
    assert.equal(await result("import.meta.dirname"), JSON.stringify(folder));
  },
  "for side effects, from node, from npm, JSON": async ({ result }, folder) => {
    await writeFile(join(folder, "effect.ts"), "globalThis.effect = 3;");
    await writeFile(join(folder, "data.json"), '{"a": [1]}');
    assert.equal(await result("import './effect.ts'; effect"), "3");
    assert.equal(await result("import { basename } from 'node:path'; basename('/a/b')"), '"b"');
    assert.equal(
      await result("import * as named from 'npm:arquero@8.0.1'; typeof named.table"),
      '"function"',
    );
    assert.equal(await result("import data from './data.json' with { type: 'json' }; data.a[0]"), "1");
  },
  "errors say what is missing": async ({ traceback }, folder) => {
    assert.match(
      await traceback("import { nope } from './helper.ts'"),
      /helper\.ts exports no value nope; for a type write `import type`/,
    );
    assert.match(await traceback("import './none.ts'"), /none\.ts/);
    await mkdir(join(folder, "broken"));
    await writeFile(join(folder, "broken", "b.ts"), "export const = 5;");
    assert.match(await traceback("import './broken/b.ts'"), /broken\/b\.ts/);
    await writeFile(join(folder, "throws.ts"), "\nthrow new Error('at load');");
    assert.match(await traceback("import './throws.ts'"), /at load[^]*throws\.ts:2:7/);
  },
});

cellsTest("questions", {
  "prompt, confirm and alert": async ({ result, run }) => {
    assert.equal(await result("prompt('name?')"), '"Anna"');
    assert.equal(await result("prompt('name?', 'Ben')"), '"Ben"');
    assert.equal(await result("prompt('name?')"), "null");
    assert.equal(await result("[confirm('a'), confirm('b')]"), "[ true, false ]");
    assert.deepEqual(await run("alert('seen')"), [["stream", { name: "stdout", text: "seen\n" }]]);
  },
  "a secret": async ({ run }) => {
    const [question, result] = await run("promptPassword('token').length");
    assert.deepEqual(question, ["question", { prompt: "token", password: true }]);
    assert.match(result![1].data["text/plain"], /6/);
  },
  "none where the notebook answers none": async ({ run }) => {
    const [[type, { evalue }]] = await run("prompt('?')", { allow_stdin: false }) as [
      [string, { evalue: string }],
    ];
    assert.deepEqual([type, evalue], [
      "error",
      "this notebook is run by a program that answers no questions",
    ]);
  },
}, { answers: ["Anna", "", "", "y", "no", "secret"] });

cellsTest("a flood of output", {
  "is cut at the limit with one notice, and the next cell has its own": async ({ run, printed }) => {
    const streams = (await run("for (let i = 0; i < 30_000; i++) console.log('x'.repeat(99))")).map((
      [, content],
    ) => content);
    const text = (name: string) =>
      streams.filter((stream) => stream.name === name).map((stream) => stream.text).join("");
    assert.equal(text("stdout").length, 1e6);
    assert.match(text("stderr"), /^\n\[this cell printed more than 1 MB; the rest is not shown\.[^[]*\]\n$/);
    assert.equal(await printed("console.log('again')"), "again\n");
  },
  "is cut for child processes too": async ({ printed }) => {
    const code = 'await new Deno.Command("sh", { args: ["-c", "yes | head -c 3000000"] }).spawn().status';
    assert.equal((await printed(code)).length, 1e6);
  },
}, { limit: "1" });

Deno.test({
  name: "cells: what the process started ends with it, and its own handlers run before",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder(async (folder) => {
      const file = join(await realpath(folder), "ended");
      let pid = 0;
      await withCells(folder, async ({ run, result }) => {
        await run(
          `addEventListener("unload", () => Deno.writeTextFileSync(${JSON.stringify(file)}, "unload"))`,
        );
        pid = Number(await result("new Deno.Command('sleep', { args: ['600'] }).spawn().pid"));
      });
      assert.equal(await Deno.readTextFile(file), "unload");
      const isThere = async () => {
        const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
        return status !== "" && !/State:\s+Z/.test(status);
      };
      for (let tries = 0; await isThere() && tries < 100; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal(await isThere(), false);
    }),
});
