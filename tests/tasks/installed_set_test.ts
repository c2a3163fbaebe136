import assert from "node:assert/strict";
import { join } from "node:path";
import { installedSet } from "../../tasks/setup/installed_set.ts";
import { Unavailable } from "../../tasks/setup/step.ts";
import { fakePip, noShell, withPlaces } from "./fake_machine.ts";

const silent = () => {};
const content = { args: ["thing==1"], stamp: "thing==1", replaces: ["thing", "thing-cpu"] };

Deno.test({
  name: "an interrupted install is not done and is repeated over what it left",
  ignore: noShell,
  fn: () =>
    withPlaces(async (places) => {
      const log = join(places.root, "log");
      await fakePip(places, `echo "$*" >> ${log}; case "$*" in install*) exit 1;; esac`);
      const set = installedSet(places, "things", content);
      await assert.rejects(() => set.install(silent), /pip install failed/);
      assert.equal(await set.isDone(), false);

      await fakePip(places, `echo "$*" >> ${log}`);
      await set.install(silent);
      assert.equal(await set.isDone(), true);
      const [uninstall, first, second] = (await Deno.readTextFile(log)).split("\n");
      assert.match(uninstall!, /^uninstall --yes thing thing-cpu /);
      assert.match(first!, /^install thing==1 /);
      assert.match(second!, /^install --ignore-installed thing==1 /);

      assert.equal(await installedSet(places, "things", { ...content, stamp: "thing==2" }).isDone(), false);
    }),
});

Deno.test({
  name: "pip without a network says so, and a missing wheel is no failure",
  ignore: noShell,
  fn: () =>
    withPlaces(async (places) => {
      const set = installedSet(places, "things", { args: ["thing==1"], stamp: "" });
      const noMatch = "ERROR: No matching distribution found for thing==1";
      await fakePip(places, `echo "WARNING: Retrying: NewConnectionError('x')"; echo "${noMatch}"; exit 1`);
      await assert.rejects(
        () => set.install(silent),
        /could not reach the package index .*check the network/,
      );
      await fakePip(places, `echo "${noMatch}"; exit 1`);
      await assert.rejects(() => set.install(silent), (error: Error) => {
        assert.ok(error instanceof Unavailable);
        assert.match(error.message, /no wheel of thing==1 for this machine/);
        return true;
      });
    }),
});
