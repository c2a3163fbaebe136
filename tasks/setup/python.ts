import { join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import type { Places } from "./places.ts";
import { isStamped, writeStamp } from "./stamp.ts";
import { type Step, Unavailable } from "./step.ts";

const candidates = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];
const probe = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:3])))";

/** The wrapper that ends a Python program when the program that started it is gone. */
export const watchedPython: string = join(import.meta.dirname!, "watched.py");

/**
 * Makes the virtual environment out of the first Python ≥ 3.10 that has venv and pip.
 *
 * @param wanted the only interpreter to try (`NLORA_PYTHON`).
 */
export function pythonVenv({ venv, python }: Places, wanted?: string): Step {
  const stamp = join(venv, "nlora-venv");
  return {
    name: "python",
    needs: [],
    optional: false,
    isDone: async () => await isStamped(stamp, venv) && await exists(python),
    async run(progress) {
      const found = await findPython(wanted ? [wanted] : candidates);
      progress(`making a virtual environment with Python ${found.version}`);
      await Deno.remove(venv, { recursive: true }).catch(() => {});
      const { code, output } = await runChild({
        command: found.command,
        args: [watchedPython, "venv", venv],
      });
      if (code !== 0) throw new Error(`${found.command} -m venv failed:\n${output}`);
      await writeStamp(stamp, venv);
      return `virtual environment with Python ${found.version}`;
    },
  };
}

async function findPython(commands: readonly string[]): Promise<{ command: string; version: string }> {
  const seen: string[] = [];
  for (const command of commands) {
    const result = await runChild({ command, args: ["-c", probe], seconds: 120 }).catch(() => null);
    if (result === null) continue;
    const version = result.output.trim();
    const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
    if (result.code === 0 && Number(major) === 3 && Number(minor) >= 10) return { command, version };
    if (result.code === 0) seen.push(`${command} is ${version}`);
    else if (/No module named '?(ensurepip|venv)/.test(result.output)) {
      seen.push(`${command} lacks venv or pip`);
    }
  }
  const why = seen.length > 0 ? ` (${seen.join("; ")})` : "";
  throw new Unavailable(
    `no Python ≥ 3.10 with venv and pip among ${commands.join(", ")}${why}; ` +
      "it brings Jupyter, the model and the tensorflow backend: install it (Debian: apt install python3-venv) or name it by NLORA_PYTHON",
  );
}
