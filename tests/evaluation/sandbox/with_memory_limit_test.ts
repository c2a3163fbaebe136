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
  name: "a process cannot take more than its limit",
  ignore,
  fn() {
    const lines = ["sh", "-c", "head -c 200000000 /dev/zero | tail | wc -c"]; // tail keeps the one line whole
    assert.equal(run(2 ** 30, ...lines).stdout.trim(), "200000000");
    assert.equal(run(5e7, ...lines).stdout.trim(), "0");
  },
});
