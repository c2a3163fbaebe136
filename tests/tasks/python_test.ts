import assert from "node:assert/strict";
import { join } from "node:path";
import { pythonVenv } from "../../tasks/setup/python.ts";
import { Unavailable } from "../../tasks/setup/step.ts";
import { noShell, withPlaces, writeProgram } from "./fake_machine.ts";

const silent = () => {};

Deno.test("without Python the message says what would bring it", () =>
  withPlaces(async (places) => {
    const step = pythonVenv(places, "no-such-python");
    assert.equal(await step.isDone(), false);
    await assert.rejects(() => step.run(silent), (error: Error) => {
      assert.ok(error instanceof Unavailable);
      assert.match(error.message, /no Python ≥ 3\.10.*no-such-python.*install it.*NLORA_PYTHON/s);
      return true;
    });
  }));

Deno.test({
  name: "an old Python and one without pip are named as such",
  ignore: noShell,
  fn: () =>
    withPlaces(async (places) => {
      const program = join(places.root, "python");
      await writeProgram(program, "echo 3.9.18");
      await assert.rejects(() => pythonVenv(places, program).run(silent), /python is 3\.9\.18/);
      await writeProgram(program, `echo "ModuleNotFoundError: No module named 'ensurepip'"; exit 1`);
      await assert.rejects(() => pythonVenv(places, program).run(silent), /python lacks venv or pip/);
    }),
});

Deno.test({
  name: "a half-made venv is not done and is made anew",
  ignore: noShell,
  fn: () =>
    withPlaces(async (places) => {
      const program = join(places.root, "python");
      const step = pythonVenv(places, program);
      const make = `[ "$1" = -c ] && { echo 3.12.1; exit; }\nmkdir -p "$3/bin"; touch "$3/bin/python"`;
      await writeProgram(program, `${make} "$3/half"; exit 1`);
      await assert.rejects(() => step.run(silent), /-m venv failed/);
      assert.equal(await step.isDone(), false);
      await writeProgram(program, make);
      assert.match(await step.run(silent), /Python 3\.12\.1/);
      assert.equal(await step.isDone(), true);
      await assert.rejects(() => Deno.stat(join(places.venv, "half")));
    }),
});
