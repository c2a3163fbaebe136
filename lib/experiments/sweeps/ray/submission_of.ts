import type { RaySubmission } from "./ray_client.ts";
import type { RayOptions } from "./ray_options.ts";
import { shellQuote } from "./shell_quote.ts";

const program = "deno run -A --unstable-webgpu --no-check lib/experiments/sweeps/run_job.ts";

/** What a job asks of a cluster, by its program's argument, but for its name and its memory. */
export function submissionOf(
  argument: string,
  working_dir: string,
  { cpus = 1, gpus = 0, clone, environment = {}, command = program }: RayOptions,
): Omit<RaySubmission, "submission_id"> {
  const env_vars = { ...clone !== undefined && { NLORA_HOME: `${clone}/.nlora` }, ...environment };
  return {
    entrypoint: `${clone === undefined ? "" : linkedModules(clone)}${command} ${shellQuote(argument)}`,
    runtime_env: { working_dir, env_vars },
    entrypoint_num_cpus: cpus,
    ...gpus > 0 && { entrypoint_num_gpus: gpus },
  };
}

/** Words of a shell that put a clone's packages into the working folder, which the jobs of a node share, before what follows. */
function linkedModules(clone: string): string {
  const link = `ln -s ${
    shellQuote(`${clone}/node_modules`)
  } node_modules.$$ && mv -T node_modules.$$ node_modules`;
  return `{ [ -L node_modules ] || { ${link}; }; } && `;
}
