import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import type { Places } from "./places.ts";
import { isStamped, writeStamp } from "./stamp.ts";
import { type Step, Unavailable } from "./step.ts";
import { tensorflowFolder } from "./tensorflow.ts";

/**
 * Compiles the native addon of `@tensorflow/tfjs-node-gpu`, with the functions that the library adds to it, against the
 * libtensorflow of the wheel.
 *
 * @param wanted the only compiler to try (`CXX`).
 */
export function addon(places: Places, wanted?: string): Step {
  const packageFolder = join(places.root, "node_modules", "@tensorflow", "tfjs-node-gpu");
  const folder = join(packageFolder, "lib", "napi-v8");
  const target = join(folder, "tfjs_binding.node");
  const stamp = join(folder, "nlora-addon");
  return {
    name: "addon",
    needs: ["npm packages", "tensorflow"],
    optional: true,
    async isDone() {
      const build = await planBuild(places, packageFolder);
      return build !== null && await exists(target) && await isStamped(stamp, build.digest);
    },
    async run(progress) {
      const build = await planBuild(places, packageFolder);
      if (build === null) {
        throw new Error(`no libtensorflow in ${places.venv}, or no sources in ${packageFolder}`);
      }
      const compiler = await findCompiler(wanted);
      await Deno.mkdir(folder, { recursive: true });
      const aside = join(folder, `tfjs_binding.${Deno.pid}.part.node`);
      try {
        progress(`compiling with ${compiler}`);
        const compiled = await runChild({
          command: compiler,
          args: [...build.flags, "-o", aside],
          seconds: 600,
        });
        if (compiled.code !== 0) throw new Error(`${compiler} failed:\n${compiled.output.trim()}`);
        progress("loading");
        const version = await loadedVersion(aside);
        await Deno.remove(stamp).catch(() => {});
        await Deno.rename(aside, target);
        await writeStamp(stamp, build.digest);
        return `compiled with ${compiler}, loads TensorFlow ${version}`;
      } finally {
        await Deno.remove(aside).catch(() => {});
      }
    },
  };
}

interface Build {
  readonly flags: readonly string[];
  /** Changes with the wheel, its place, the flags and the sources. */
  readonly digest: string;
}

async function planBuild(places: Places, packageFolder: string): Promise<Build | null> {
  const { root, venv } = places;
  const tensorflow = await tensorflowFolder(places);
  const binding = join(packageFolder, "binding");
  if (tensorflow === null || !await exists(binding)) return null;
  const [own, memory] = ["tensorflow_addon.cc", "tensor_memory.h"].map((name) =>
    join(root, "lib", "tensor", name)
  ) as [string, string]; // the first includes the second and tfjs_binding.cc
  const files = [...Deno.readDirSync(binding)].map(({ name }) => join(binding, name)).sort();
  const sources = files.filter((file) => file.endsWith(".cc") && basename(file) !== "tfjs_binding.cc");
  const libraries = Deno.build.os === "darwin"
    ? [
      "-undefined",
      "dynamic_lookup",
      ...["cc", "framework"].map((name) => join(tensorflow, `libtensorflow_${name}.2.dylib`)),
    ]
    : ["-L", tensorflow, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"];
  const flags = [
    ...["-O2", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    ...["-I", join(root, "node_modules", "node-api-headers", "include"), "-I", join(tensorflow, "include")],
    ...["-I", binding, own],
    ...sources,
    ...libraries,
    `-Wl,-rpath,${tensorflow}`,
  ];
  const hash = createHash("sha256").update(JSON.stringify(flags));
  for (const file of [...files, own, memory]) hash.update(await Deno.readFile(file));
  hash.update(await Deno.readTextFile(join(venv, "nlora-tensorflow")).catch(() => ""));
  return { flags, digest: hash.digest("hex") };
}

async function findCompiler(wanted?: string): Promise<string> {
  if (Deno.build.os !== "windows") {
    for (const command of wanted ? [wanted] : ["g++", "c++", "clang++"]) {
      const result = await runChild({ command, args: ["--version"], seconds: 120 }).catch(() => null);
      if (result?.code === 0) return command;
    }
  }
  throw new Unavailable(
    Deno.build.os === "windows"
      ? "the tensorflow backend is not built on Windows; webgpu or wasm is used"
      : `no C++ compiler (${
        wanted ?? "g++, c++ or clang++"
      }) for the tensorflow backend, webgpu or wasm is used; ` +
        "install one (Debian: apt install g++; macOS: xcode-select --install) and run set-up again",
  );
}

async function loadedVersion(path: string): Promise<string> {
  const program = `import { createRequire } from "node:module";
    console.log("TensorFlow", createRequire(import.meta.url)(${JSON.stringify(path)}).TF_Version);`;
  const result = await runChild({
    command: Deno.execPath(),
    args: ["eval", "--no-config", "--no-lock", program],
    env: { TF_CPP_MIN_LOG_LEVEL: "1" },
    seconds: 300,
  });
  const version = /^TensorFlow (\S+)$/m.exec(result.output)?.[1];
  if (result.code !== 0 || version === undefined) {
    throw new Error(`the compiled addon does not load:\n${result.output.trim()}`);
  }
  return version;
}
