import assert from "node:assert/strict";
import { parametersSource } from "../../lib/notebook/parameters.ts";

const declared = [
  "// The budget.\n",
  "const rank = 16, shift = -1;\n",
  'let method: "lora" | "nlora" = "lora";\n',
  "const shuffle = true;\n",
  "const ranks: number[] = [1, 2];\n",
  "const rates = { lora: 1e-4 };\n",
  "const limit = 4 * 8;\n",
];
const notebook = {
  cells: [
    { cell_type: "markdown", source: ["const rank = 1;"], metadata: { tags: ["parameters"] } },
    { cell_type: "code", source: "const other = 1;", metadata: {} },
    { cell_type: "code", source: declared, metadata: { tags: ["parameters"] } },
  ],
};
const source = (given: Record<string, string>) => parametersSource(notebook, new Map(Object.entries(given)));

Deno.test("values are written as literals of the type that the notebook gives them", () => {
  assert.equal(
    source({
      rank: "8",
      shift: "1e-3",
      method: "nlora",
      shuffle: "false",
      ranks: "[4, 8]",
      rates: '{"lora": 2}',
      limit: "7",
    }),
    [
      "// Parameters",
      "const rank = 8;",
      "const shift = 0.001;",
      'let method: "lora" | "nlora" = "nlora";',
      "const shuffle = false;",
      "const ranks: number[] = [4,8];",
      'const rates = {"lora":2};',
      "const limit = 7;",
    ].join("\n"),
  );
  assert.equal(source({ method: "12" }), '// Parameters\nlet method: "lora" | "nlora" = "12";');
  assert.equal(source({ limit: "a b" }), '// Parameters\nconst limit = "a b";');
});

Deno.test("what is no parameter or no value of its type is refused with the mend", () => {
  assert.throws(
    () => source({ rnak: "8" }),
    /no parameter "rnak"; it has: rank, shift, method, shuffle, ranks/,
  );
  assert.throws(() => source({ rank: "many" }), /rank is a number \(16 in the notebook\); give it one/);
  assert.throws(() => source({ rank: "" }), /rank is a number/);
  assert.throws(() => source({ shuffle: "1" }), /shuffle is true or false \(true/);
  assert.throws(() => source({ ranks: "4" }), /ranks is a list, such as \[1, 2\]/);
  assert.throws(() => source({ rates: "[1]" }), /rates is an object, such as/);
  const none = { cells: notebook.cells.slice(0, 2) };
  assert.throws(() => parametersSource(none, new Map([["rank", "8"]])), /no cell tagged `parameters`/);
});
