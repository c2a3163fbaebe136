import assert from "node:assert/strict";
import { extractCode } from "../../lib/evaluation/extract_code.ts";

const rules: { [rule: string]: readonly [output: string, code: string][] } = {
  "without a python fence the whole output counts, as it is": [
    ["    return 1\n", "    return 1\n"],
    ["", ""],
    ["```\nx = 1\n```", "```\nx = 1\n```"],
    ["```Python\nx = 1\n```", "```Python\nx = 1\n```"],
  ],
  "carriage returns go": [["x = 1\r\ny = 2\r", "x = 1\ny = 2"], ["```python\r\nx = 1\r\n```", "x = 1"]],
  "the text after the first python fence counts, up to the closing one": [
    ["Here:\n```python\nx = 1\n```\nDone.", "x = 1"],
    ["```python\nx = 1\n```\nor\n```python\nx = 2\n```", "x = 1"],
    ["```python\n    return 1\n```", "return 1"],
    ["```\nno\n```\n```python\nx = 1\n```", "x = 1"],
  ],
  "only a line that opens with the fence closes it": [
    ["```python\nx = '```'\ny = 2\n```", "x = '```'\ny = 2"],
    ["```python\nx = 1 ```\n", "\nx = 1 ```"],
  ],
  "a fence that is not closed reaches to the end": [["```python\nx = 1\n", "\nx = 1"], ["```python", ""]],
  "a further python fence before the end is deleted": [
    ["```python\nx = 1\n```python\ny = 2\n```", "x = 1\n\ny = 2"],
  ],
  "the code is cut at its main block": [
    ['def f(): pass\n\nif __name__ == "__main__":\n    f()', "def f(): pass"],
    ["if __name__ == '__main__':\n    f()", "if __name__ == '__main__':\n    f()"],
    ['if  __name__ == "__main__":\n    f()', 'if  __name__ == "__main__":\n    f()'],
  ],
  "the code is cut at its example": [["def f(): pass\n# Example usage\nf()", "def f(): pass"], [
    "# example usage\nf()",
    "# example usage\nf()",
  ]],
  "the code is cut at the first assert, also inside a word": [
    ["def f(): pass\n\nassert f() is None\nassert f()", "def f(): pass"],
    ["    assert x\n    return x", ""],
    ["x = 'assertion'", "x = '"],
  ],
  "cuts count before the fence where there is none": [["I assert that\nx = 1", "I"]],
  "what is cut off by one rule is not searched by the next": [
    ['f()\nassert 1\nif __name__ == "__main__":\n    # Example usage', "f()"],
    ["```python\nf()\n```\n# Example usage\nassert", "f()"],
  ],
};

for (const [rule, cases] of Object.entries(rules)) {
  Deno.test(`code: ${rule}`, () => {
    for (const [output, code] of cases) assert.equal(extractCode(output), code, output);
  });
}

Deno.test("code: outputs of ten megabytes are read", () => {
  for (const piece of ["```python\n", "\n```", "assert ", "x", "\r"]) {
    extractCode(piece.repeat(1e7 / piece.length));
  }
});
