import assert from "node:assert/strict";
import { runPython } from "../../../lib/evaluation/sandbox/run_python.ts";

const FORGET =
  "import sys\nfor name in [n for n, m in sys.modules.items() if m is None]:\n    del sys.modules[name]\n";

/** Walks all that the collector knows, and what that holds. */
const WALK = `
import gc
seen, todo, found = set(), [gc.get_objects()], []
while todo:
    for held in gc.get_referents(todo.pop()):
        if id(held) not in seen:
            seen.add(id(held))
            todo.append(held)
            if type(held).__name__ == "JsProxy":
                found.append(held)
assert len(seen) > 10000
assert not found, found
`;

const escapes: { [way: string]: readonly [program: string, error: RegExp] } = {
  "the module js, with the lock on its name removed": [`${FORGET}import js`, /No module named 'js'/],
  "Pyodide's package anew": [`${FORGET}from pyodide.code import run_js\nrun_js("1")`, /No module named 'js'/],
  "the importers": [
    "import sys\nassert not [f for f in sys.meta_path if 'js' in str(f).lower()], 0\nimport js",
    /js/,
  ],
  "a script through C": [
    "import ctypes\nctypes.CDLL(None).emscripten_run_script(b'globalThis.stop = 1')",
    /Code generation from strings disallowed/,
  ],
};

Deno.test("the ways to JavaScript cannot be imported", async () => {
  const names = ["js", "pyodide", "pyodide.code", "pyodide_js", "_pyodide", "_pyodide_core"];
  const tries = names.map((name) =>
    `try:\n    import ${name}\n    print("found")\nexcept ModuleNotFoundError:\n    print("closed")\n`
  );
  const { output } = await runPython(tries.join(""), { seconds: 60 });
  assert.equal(output, "closed\n".repeat(names.length));
});

for (const [way, [program, error]] of Object.entries(escapes)) {
  Deno.test(`there is no way to JavaScript by ${way}`, async () => {
    const run = await runPython(program, { seconds: 60 });
    assert.notEqual(run.outcome, "finished");
    assert.match(run.error!, error);
  });
}

Deno.test("no object of JavaScript can be found by the garbage collector", async () => {
  assert.deepEqual(await runPython(WALK, { seconds: 60 }), { outcome: "finished", output: "", error: null });
});

/** Programs that would pass the check, which they should not, were the judge to believe them. */
const CHECK = "assert len([0] * 41) == 42";
const deceptions: { [way: string]: string } = {
  "builtins of its own": "import builtins\nbuiltins.len = lambda x: 42\n",
  "a table of builtins of its own": "__builtins__ = {**vars(__import__('builtins')), 'len': lambda x: 42}\n",
  "assertions without an error": "import builtins\nbuiltins.AssertionError = None\n",
  "a trace function": "import sys\nsys.settrace(lambda *a: sys.exit(0))\n",
  "the words of the judge": "print('finished')\nprint(' finished\\n\\n')\n",
  "an exit handler": "import atexit, os\natexit.register(os._exit, 0)\n",
};

for (const [way, program] of Object.entries(deceptions)) {
  Deno.test(`checks are not deceived by ${way}`, async () => {
    const { outcome } = await runPython(program, { checks: CHECK, seconds: 60 });
    assert.notEqual(outcome, "finished");
  });
}
