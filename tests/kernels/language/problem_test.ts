import assert from "node:assert/strict";
import { describeProblem } from "../../../kernels/language/problem.ts";

Deno.test("problems: told with number, place, line and a caret below what is meant", () => {
  const problem = {
    code: 2322,
    message: "wrong",
    line: 2,
    column: 7,
    length: 3,
    strict: false,
    unknownName: null,
  };
  assert.equal(
    describeProblem(problem, "1\nconst abc = 2;"),
    "TS2322 at line 2, column 7: wrong\n  2 | const abc = 2;\n    |       ^~~",
  );
});
