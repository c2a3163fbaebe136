import assert from "node:assert/strict";
import { loadSweep } from "../../../lib/experiments/sweeps/load_sweep.ts";
import { UsageError } from "../../../lib/usage_error.ts";

Deno.test("loadSweep: the slow sweep of ranks is the other one's ends at a fifth of the rate, and nothing else", () => {
  const [fast, slow] = ["ranks", "ranks_slow"].map((name) => loadSweep(name, "laptop").specs);
  const ends = fast!.filter(({ rank }) => rank === 1 || rank === 128);
  assert.deepEqual(slow, ends.map((spec) => ({ ...spec, learning_rate: spec.learning_rate / 5 })));
});

Deno.test("loadSweep: refuses a grid or a budget that is not there", () => {
  const refuses = (act: () => unknown, words: RegExp) =>
    assert.throws(act, (error) => error instanceof UsageError && words.test(error.message));
  refuses(() => loadSweep("no-such-grid"), /no grid "no-such-grid"/);
  refuses(() => loadSweep("ranks", "huge"), /no preset "huge"/);
});
