import assert from "node:assert/strict";
import { Sources } from "../../kernels/traceback.ts";

Deno.test("tracebacks: the innermost line of a cell stands below what happened, with a caret", () => {
  const sources = new Sources();
  sources.add("cell 3", "function f() {\n\tthrow new Error('no')\n}");
  sources.add("cell 4", "f()");
  const stack = "Error: no\nreally\n    at f (cell 3:2:8)\n    at lib (/a/b.ts:1:2)\n    at cell 4:1:1";
  assert.deepEqual(sources.explain("Error", "no\nreally", stack).traceback, [
    "Error: no",
    "really",
    "cell 3, line 2, column 8",
    "\tthrow new Error('no')",
    "\t      ^",
    "    at f (cell 3, line 2, column 8)",
    "    at lib (/a/b.ts:1:2)",
    "    at cell 4, line 1, column 1",
  ]);
});

Deno.test("tracebacks: an error without a place in a cell is what happened alone", () => {
  const sources = new Sources();
  assert.deepEqual(sources.explain("Thrown", '"words"', 'Thrown: "words"').traceback, ['Thrown: "words"']);
  const unknown = sources.explain("Error", "x", "Error: x\n    at cell 9:1:1").traceback;
  assert.deepEqual(unknown, ["Error: x", "cell 9, line 1, column 1", "    at cell 9, line 1, column 1"]);
});

Deno.test("tracebacks: a cell that does not count is named too", () => {
  const sources = new Sources();
  sources.add("hidden cell 2", "f()");
  assert.deepEqual(sources.explain("Error", "x", "Error: x\n    at hidden cell 2:1:1").traceback, [
    "Error: x",
    "hidden cell 2, line 1, column 1",
    "f()",
    "^",
    "    at hidden cell 2, line 1, column 1",
  ]);
});
