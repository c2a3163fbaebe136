import { join, resolve } from "node:path";

/** The folders that set-up and runs write to; all are ignored by git. */
export interface Places {
  /** The clone. */
  readonly root: string;
  /** What set-up makes: `NLORA_HOME`, by default `.nlora` in the clone. */
  readonly home: string;
  readonly venv: string;
  /** The venv's interpreter. */
  readonly python: string;
  readonly models: string;
  /** Results of runs and executed notebooks. */
  readonly out: string;
  /** Things in the making; emptied at the start of every set-up. */
  readonly temp: string;
}

/** The places of the clone at `root` under the environment `env`. */
export function placesOf(root: string, env: { readonly NLORA_HOME?: string }): Places {
  const home = env.NLORA_HOME ? resolve(env.NLORA_HOME) : join(root, ".nlora");
  const venv = join(home, "venv");
  return {
    root,
    home,
    venv,
    python: Deno.build.os === "windows" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python"),
    models: join(home, "models"),
    out: join(home, "out"),
    temp: join(home, "temp"),
  };
}

/** The places of the clone that this program belongs to. */
export function ownPlaces(): Places {
  return placesOf(resolve(import.meta.dirname!, "..", ".."), { NLORA_HOME: Deno.env.get("NLORA_HOME") });
}
