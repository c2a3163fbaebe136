import { dirname, join } from "node:path";
import { runChild } from "../child.ts";
import type { Places } from "../setup/places.ts";
import { countTests } from "./junit.ts";
import type { Part } from "./part.ts";

/** A command that passes or fails as a whole. */
export function commandPart(
  name: string,
  { root }: Places,
  command: readonly string[],
  { seconds = 600, env = {} }: { seconds?: number; env?: Record<string, string> } = {},
): Part {
  return {
    name,
    async run(progress) {
      const [program, ...args] = command as [string, ...string[]];
      const result = await runChild({
        command: program,
        args,
        cwd: root,
        env: { NO_COLOR: "1", ...env },
        seconds,
        onLine: progress,
      });
      const passed = result.code === 0 && !result.timedOut;
      const late = result.timedOut ? `\nended after ${seconds} s` : "";
      return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, log: result.output + late };
    },
  };
}

/** What `deno test` runs. */
export interface DenoTests {
  /** Arguments after `deno test`: folders, files, `--doc`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** A run of `deno test`, counted from its JUnit report. */
export function denoTestPart(name: string, { root, out }: Places, { args, env, seconds }: DenoTests): Part {
  return {
    name,
    async run(progress) {
      const report = join(out, "test", `${name.replaceAll(/\W+/g, "-")}.xml`);
      await Deno.mkdir(dirname(report), { recursive: true });
      await Deno.remove(report).catch(() => {});
      const result = await runChild({
        command: Deno.execPath(),
        args: ["test", "-A", "--unstable-webgpu", `--junit-path=${report}`, ...args],
        cwd: root,
        env: { NO_COLOR: "1", ...env },
        seconds,
        onLine: (line) => progress(line.trim().slice(0, 100)),
      });
      const counts = countTests(await Deno.readTextFile(report).catch(() => ""));
      const late = result.timedOut ? `\nended after ${seconds} s` : "";
      // An error outside of any test fails the run without a test case of its own.
      const failed = result.code === 0 ? counts.failed : Math.max(counts.failed, 1);
      return { ...counts, failed, log: result.output + late };
    },
  };
}
