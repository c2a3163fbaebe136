import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { withMemoryLimit } from "../../../lib/evaluation/sandbox/with_memory_limit.ts";

const run = (bytes: number, ...command: string[]) => {
  const [program, ...args] = withMemoryLimit(command, bytes);
  return spawnSync(program!, args, { encoding: "utf8" });
};
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "a command has the limit, and its words as they are",
  ignore,
  fn() {
    const { stdout } = run(
      2 ** 30 + 1000,
      "sh",
      "-c",
      'ulimit -d; printf "%s|" "$@"',
      "sh",
      "a b",
      "$HOME",
      "'",
    );
    assert.equal(stdout, "1048576\na b|$HOME|'|");
  },
});

Deno.test({
  name: "a process that would take more than its limit ends itself alone",
  ignore,
  fn() {
    const fill = "for (const all = [];;) all.push(new Uint8Array(1e8).fill(1));";
    const { status, signal } = run(2 ** 31, Deno.execPath(), "eval", fill);
    assert.ok(status !== 0 || signal !== null);
  },
});
