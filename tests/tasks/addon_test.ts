import assert from "node:assert/strict";
import { join } from "node:path";
import { addon } from "../../tasks/setup/addon.ts";
import type { Places } from "../../tasks/setup/places.ts";
import { Unavailable } from "../../tasks/setup/step.ts";
import { noShell, withPlaces, writeProgram } from "./fake_machine.ts";

const silent = () => {};

async function withSources(use: (places: Places, target: string) => Promise<void>): Promise<void> {
  await withPlaces(async (places) => {
    const folder = join(places.root, "node_modules", "@tensorflow", "tfjs-node-gpu");
    await Deno.mkdir(join(folder, "binding"), { recursive: true });
    await Deno.writeTextFile(join(folder, "binding", "binding.cc"), "");
    await Deno.mkdir(join(places.root, "lib", "tensor"), { recursive: true });
    for (const name of ["tensorflow_addon.cc", "tensor_memory.h"]) {
      await Deno.writeTextFile(join(places.root, "lib", "tensor", name), "");
    }
    await Deno.mkdir(join(places.venv, "lib", "python3.11", "site-packages", "tensorflow", "include"), {
      recursive: true,
    });
    await use(places, join(folder, "lib", "napi-v8"));
  });
}

Deno.test("without a compiler the message says what would bring it", () =>
  withSources(async (places) => {
    const step = addon(places, "no-such-compiler");
    assert.equal(await step.isDone(), false);
    await assert.rejects(() => step.run(silent), (error: Error) => {
      assert.ok(error instanceof Unavailable);
      assert.match(
        error.message,
        noShell ? /webgpu or wasm/ : /no C\+\+ compiler.*no-such-compiler.*webgpu or wasm/,
      );
      return true;
    });
  }));

Deno.test({
  name: "an addon that does not load is not put in place",
  ignore: noShell,
  fn: () =>
    withSources(async (places, folder) => {
      const compiler = join(places.root, "c++");
      await writeProgram(
        compiler,
        `for last; do :; done; [ "$last" = --version ] || echo no library > "$last"`,
      );
      await assert.rejects(() => addon(places, compiler).run(silent), /does not load/);
      assert.deepEqual([...Deno.readDirSync(folder)], []);
      assert.equal(await addon(places, compiler).isDone(), false);
    }),
});
