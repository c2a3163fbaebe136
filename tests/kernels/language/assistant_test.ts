import assert from "node:assert/strict";
import { join } from "node:path";
import { Assistant, type ReadCell } from "../../../kernels/language/assistant.ts";
import { Language } from "../../../kernels/language/language.ts";

const folder = join(import.meta.dirname!, "..", "..", "..", "notebooks");

/** Values of a pretended process. */
const live = {
  complete: ({ code }: { code?: string }) =>
    Promise.resolve({ matches: code?.startsWith("o.") ? ["o.alive", "o.x"] : ["onlyAlive"] }),
  describe: (path: string) => Promise.resolve(path === "onlyAlive" ? "{ value: 1 }" : null),
};

/** A cell as it was read, and all that was said of it. */
type Read = (code: string, cell?: number) => Promise<ReadCell & { said: string[] }>;

async function withAssistant(use: (assistant: Assistant, read: Read) => Promise<void>): Promise<void> {
  const language = new Language(folder, { delayMs: 0 });
  const assistant = new Assistant(language, live);
  try {
    await language.check(""); // until the types are read
    await use(assistant, async (code, cell = 1) => {
      const said: string[] = [];
      const answer = await assistant.read(code, cell, {
        silent: false,
        say: (stream, text) => said.push(`${stream}: ${text}`),
      });
      await language.check(""); // answered after the warnings
      return { ...answer, said };
    });
  } finally {
    language.close();
  }
}

Deno.test("assistant: serves a kernel", async (test) => {
  await withAssistant(async (assistant, read) => {
    await test.step("a cell with an error of types runs after a warning", async () => {
      const { code, error, said } = await read("const x: number = 'a';");
      assert.deepEqual([code, error], ["const x: number = 'a';", null]);
      assert.equal(said.length, 1);
      assert.match(said[0]!, /^stderr: TS2322 at line 1, column 7: Type 'string'[^]*\^\n$/);
    });

    await test.step("a cell without one, or with names that are only alive, runs without a word", async () => {
      assert.deepEqual((await read("const fine = 1;")).said, []);
      assert.deepEqual((await read("onlyAlive + fine")).said, []);
    });

    await test.step("%types strict refuses, off is silent, warn is as before; lines keep their numbers", async () => {
      assert.deepEqual((await read("%types")).said, ["stdout: %types warn\n"]);
      const refused = await read("%types strict\nconst y: number = 'a';");
      assert.deepEqual([refused.code, refused.error?.ename], ["", "TypeErrors"]);
      assert.match(refused.error!.evalue, /not run\nTS2322 at line 2, column 7/);
      assert.equal((await read("const z = 1;")).error, null);
      assert.match((await read("y")).error!.evalue, /TS2304/);
      assert.deepEqual((await read("%types off\nconst x: number = 'a';")).said, []);
      assert.equal((await read("%types warn\nconst x: number = 'a';")).said.length, 1);
      assert.match((await read("%types often")).error!.evalue, /strict, warn, off/);
    });

    await test.step("an unknown magic is an error that lists those that there are", async () => {
      const { error } = await read("%nothing\n1");
      assert.match(error!.evalue, /no magic %nothing[^]*%types strict\|warn\|off/);
    });

    await test.step("a question gives a page, with two marks with the source", async () => {
      await read("/** Doubles. */ function double(x: number) { return 2 * x }", 7);
      const [page] = (await read("double?")).payload;
      assert.deepEqual([page!.source, page!.start], ["page", 0]);
      assert.match(
        page!.data["text/plain"],
        /^function double\(x: number\): number\n\nDoubles\.\n\ndeclared: cell 7$/,
      );
      const [whole] = (await read("??double")).payload;
      assert.match(
        whole!.data["text/markdown"],
        /```ts\nfunction double\(x: number\) \{ return 2 \* x \}\n```$/,
      );
      assert.match(
        (await read("nowhere?")).payload[0]!.data["text/plain"],
        /nothing is known of nowhere/,
      );
    });

    await test.step("completion counts in code points; what is only alive comes after what is typed", async () => {
      const code = "'🙂🙂'; const o = JSON.parse(''); ";
      const plain = await assistant.complete({ code: `${code}nlora.nystromPic`, cursor_pos: 48 });
      assert.deepEqual([plain.matches, plain.cursor_start, plain.cursor_end], [["nystromPicture"], 38, 48]);
      const [kind] = plain.metadata._jupyter_types_experimental;
      assert.deepEqual([kind.text, kind.type, kind.start, kind.end], ["nystromPicture", "function", 38, 48]);
      await read("const o = JSON.parse('1')");
      assert.deepEqual((await assistant.complete({ code: "o.", cursor_pos: 2 })).matches, ["alive", "x"]);
      const { matches } = await assistant.complete({ code: "on", cursor_pos: 2 });
      assert.equal(matches.at(-1), "onlyAlive");
    });

    await test.step("inspection: what is known, in plain words and Markdown; with detail 1 the source", async () => {
      const reply = await assistant.inspect({ code: "double(1)", cursor_pos: 3, detail_level: 0 });
      assert.ok(reply.found && !reply.data["text/plain"].includes("return"));
      const detailed = await assistant.inspect({ code: "double(1)", cursor_pos: 3, detail_level: 1 });
      assert.match(detailed.data["text/plain"], /return 2 \* x/);
      const alive = await assistant.inspect({ code: "onlyAlive", cursor_pos: 9 });
      assert.equal(alive.data["text/plain"], "onlyAlive\n\nvalue: { value: 1 }");
      const none = await assistant.inspect({ code: "nowhere", cursor_pos: 3 });
      assert.deepEqual([none.status, none.found], ["ok", false]);
    });

    await test.step("questions and magics are whole cells", () => {
      for (const code of ["console?", "?console", "%types strict", "%types strict\n1 + 1", ""]) {
        assert.equal(assistant.isComplete(code).status, "complete", code);
      }
      assert.equal(assistant.isComplete("%types strict\nf(").status, "incomplete");
      assert.equal(assistant.isComplete("let 1x = 2;").status, "invalid");
    });

    await test.step("code of a program's own is not read", async () => {
      const cell = await assistant.read("%nothing", 1, { silent: true, say: () => assert.fail() });
      assert.deepEqual([cell.code, cell.error], ["%nothing", null]);
    });
  });
});

Deno.test("assistant: before the types are read cells do not wait, and what is alive is completed and named", async () => {
  const language = new Language(folder, { delayMs: 60_000 });
  const assistant = new Assistant(language, live, { explanationMs: 10 });
  const cell = await assistant.read("const x: number = 'a';", 1, { silent: false, say: () => assert.fail() });
  assert.equal(cell.code, "const x: number = 'a';");
  const { matches, cursor_start } = await assistant.complete({ code: "1 + on", cursor_pos: 6 });
  assert.deepEqual([matches, cursor_start], [["onlyAlive"], 4]);
  const inspect = (code: string) => assistant.inspect({ code, cursor_pos: code.length });
  const { found, data } = await inspect("o.alive");
  assert.ok(found);
  assert.match(data["text/plain"], /^o\.alive\n\nits types are still being read/);
  assert.equal((await inspect("o.missing")).found, false);
  language.close();
});
