import assert from "node:assert/strict";
import { Magics, splitMagics } from "../../kernels/magics.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("magics: lines at a cell's head are taken out, and the other lines keep their numbers", () => {
  assert.deepEqual(splitMagics("%types strict\n\n  %limit  2 MB \nconst a = 1;\n%b"), {
    lines: [{ name: "types", argument: "strict" }, { name: "limit", argument: "2 MB" }],
    code: "\n\n  \nconst a = 1;\n%b",
  });
  assert.deepEqual(splitMagics("%types"), { lines: [{ name: "types", argument: "" }], code: "" });
});

Deno.test("magics: code without them is left as it is", () => {
  for (const code of ["", "1 + 1", "const a = 7\n% 2", "\n\n  a % b", "`\n%x\n`"]) {
    assert.deepEqual(splitMagics(code), { lines: [], code });
  }
});

Deno.test("magics: lines run in their order; an unknown one is refused with the list of those that there are", () => {
  const magics = new Magics();
  const ran: string[] = [];
  const run = (argument: string) => `did ${ran.push(argument)}`;
  magics.define("first", { usage: "%first WORD", summary: "does something", run });
  magics.define("quiet", { usage: "%quiet", summary: "says nothing", run: () => "" });
  const lines = [{ name: "first", argument: "a" }, { name: "quiet", argument: "" }, {
    name: "first",
    argument: "b",
  }];
  assert.equal(magics.run(lines), "did 1\ndid 2\n");
  assert.deepEqual(ran, ["a", "b"]);
  assert.throws(() => magics.run([{ name: "frist", argument: "" }]), (error: Error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /no magic %frist[^]*%first WORD {2}does something\n {2}%quiet/);
    return true;
  });
});
