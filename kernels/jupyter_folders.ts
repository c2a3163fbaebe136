/** Where Jupyter keeps its kernels. Source: https://docs.jupyter.org/en/latest/use/jupyter-directories.html */
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { homePath } from "../lib/models/catalogue.ts";
import { UsageError } from "../lib/usage_error.ts";

/** For whom a kernel is installed: this user, the active virtual environment, or whoever uses a prefix. */
export type KernelPlace = "user" | "sys-prefix" | { readonly prefix: string };

/** The folder of kernels of a place. */
export function kernelsFolder(place: KernelPlace): string {
  if (place === "user") return join(jupyterDataFolder(), "kernels");
  if (place !== "sys-prefix") return inPrefix(resolve(place.prefix));
  const prefix = activePrefix();
  if (prefix) return inPrefix(prefix);
  throw new UsageError(
    "--sys-prefix needs an active virtual environment (VIRTUAL_ENV or CONDA_PREFIX); activate one or give its folder by --prefix",
  );
}

/** All folders of kernels that Jupyter looks into on this machine, and that of the venv which set-up makes. */
export function kernelsFolders(): string[] {
  const { JUPYTER_PATH = "", PROGRAMDATA } = process.env;
  const system = process.platform === "win32"
    ? PROGRAMDATA ? [join(PROGRAMDATA, "jupyter")] : []
    : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const prefix = activePrefix();
  const folders = [
    ...[...JUPYTER_PATH.split(delimiter).filter(Boolean), jupyterDataFolder(), ...system].map((path) =>
      join(path, "kernels")
    ),
    ...[...prefix ? [prefix] : [], homePath("venv")].map(inPrefix),
  ];
  return [...new Set(folders.map((folder) => resolve(folder)))];
}

/** Where Jupyter keeps what is this user's. */
export function jupyterDataFolder(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") {
    return APPDATA ? join(APPDATA, "jupyter") : join(homedir(), ".jupyter", "data");
  }
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

function activePrefix(): string | undefined {
  return process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX;
}

function inPrefix(prefix: string): string {
  return join(prefix, "share", "jupyter", "kernels");
}
