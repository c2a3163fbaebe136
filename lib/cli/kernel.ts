import { type InstalledKernel, installKernel, listKernels, removeKernel } from "../../kernels/install.ts";
import { type KernelPlace, kernelsFolder, kernelsFolders } from "../../kernels/jupyter_folders.ts";
import { kernelSpecs } from "../../kernels/specs/specs.ts";
import { UsageError } from "../usage_error.ts";
import { type Command, type CommandResult, type Given, optionalText } from "./command.ts";

/** What can be done with kernels; each takes the words after its name. */
const actions: { readonly [name: string]: (given: Given, words: readonly string[]) => CommandResult } = {
  install(given, [spec]) {
    const kernel = installKernel({ dir: folderFrom(given), spec, name: optionalText(given, "name") });
    return { json: kernel, text: `installed ${kernel.name} (${kernel.title}): ${kernel.path}`, done: true };
  },
  list() {
    const installed = listKernels(kernelsFolders());
    const specs = kernelSpecs.map(({ name, summary, obstacle }) => ({ name, summary, obstacle: obstacle() }));
    const lines = [
      ...installed.map(kernelLine),
      ...installed.length === 0 ? ["no kernel of ours is installed"] : [],
      ...specs.map(({ name, summary, obstacle }) =>
        `${name.padEnd(8)}${obstacle === null ? "can be installed" : "cannot be installed"}: ${summary}${
          obstacle === null ? "" : `; ${obstacle}`
        }`
      ),
    ];
    return { json: { installed, specs }, text: lines.join("\n"), done: true };
  },
  remove(given, [word]) {
    const kernel = removeKernel({
      dir: folderFrom(given),
      name: optionalText(given, "name") ?? word ?? "nlora",
    });
    return { json: kernel, text: `removed ${kernel.name}: ${kernel.path}`, done: true };
  },
};

/** `nlora kernel`: puts the Jupyter kernels where Jupyter finds them, and takes them away again. */
export const kernel: Command = {
  name: "kernel",
  summary: "installs, lists and removes the Jupyter kernels",
  usage: `install|list|remove [${kernelSpecs.map(({ name }) => name).join("|")}]` +
    " [--user | --sys-prefix | --prefix DIR] [--name NAME]",
  options: {
    user: { type: "boolean" },
    "sys-prefix": { type: "boolean" },
    prefix: { type: "string" },
    name: { type: "string" },
  },
  positionals: true,
  run(given) {
    const [action = "", ...words] = given.positionals;
    if (!Object.hasOwn(actions, action)) {
      throw new UsageError(
        `unknown action ${JSON.stringify(action)}; choose one of ${Object.keys(actions).join(", ")}`,
      );
    }
    if (words.length > 1) throw new UsageError(`${JSON.stringify(words[1])} is one word too many`);
    return Promise.resolve(actions[action]!(given, words));
  },
};

function folderFrom(given: Given): string {
  const { user, "sys-prefix": sysPrefix, prefix } = given.values;
  const places: KernelPlace[] = [
    ...user ? ["user"] as const : [],
    ...sysPrefix ? ["sys-prefix"] as const : [],
    ...typeof prefix === "string" ? [{ prefix }] : [],
  ];
  if (places.length > 1) throw new UsageError("choose one of --user, --sys-prefix, --prefix");
  return kernelsFolder(places[0] ?? "user");
}

/** An installed kernel as a line for people. */
function kernelLine({ name, title, path, broken }: InstalledKernel): string {
  return `${name.padEnd(8)}is installed as ${title}: ${path}${broken === null ? "" : ` (${broken})`}`;
}
