import { join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import { installedSet } from "./installed_set.ts";
import type { Places } from "./places.ts";
import type { Step } from "./step.ts";

const version = "2.21.0";

/** Installs the TensorFlow wheel: with CUDA where an NVIDIA GPU answers, otherwise the library and its headers alone. */
export async function tensorflow(places: Places): Promise<Step> {
  const requirement = tensorflowRequirement(await hasNvidiaGpu(), Deno.build);
  const set = installedSet(places, "tensorflow", {
    args: [...(requirement.includes("cuda") ? [] : ["--no-deps"]), requirement],
    stamp: requirement,
    replaces: ["tensorflow", "tensorflow-cpu"],
  });
  return {
    name: "tensorflow",
    needs: ["python"],
    optional: true,
    isDone: set.isDone,
    async run(progress) {
      await set.install(progress);
      return `${requirement} installed`;
    },
  };
}

/** What pip is asked for on a machine with or without an NVIDIA GPU. */
export function tensorflowRequirement(
  gpu: boolean,
  machine: { readonly os: string; readonly arch: string },
): string {
  if (gpu && machine.os === "linux") return `tensorflow[and-cuda]==${version}`;
  const hasCpuWheel = machine.arch === "x86_64" && machine.os !== "darwin";
  return `${hasCpuWheel ? "tensorflow-cpu" : "tensorflow"}==${version}`;
}

/** The folder of the installed wheel, which holds libtensorflow and its headers; null where there is none. */
export async function tensorflowFolder({ venv }: Places): Promise<string | null> {
  const folders = [join(venv, "Lib", "site-packages", "tensorflow")];
  try {
    for await (const entry of Deno.readDir(join(venv, "lib"))) {
      if (entry.name.startsWith("python")) {
        folders.push(join(venv, "lib", entry.name, "site-packages", "tensorflow"));
      }
    }
  } catch {
    // There is no venv of this form.
  }
  for (const folder of folders) if (await exists(join(folder, "include"))) return folder;
  return null;
}

async function hasNvidiaGpu(): Promise<boolean> {
  const result = await runChild({ command: "nvidia-smi", args: ["-L"], seconds: 10 }).catch(() => null);
  return result?.code === 0 && result.output.includes("GPU ");
}
