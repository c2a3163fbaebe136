import { join, relative } from "node:path";
import { exitOnSignals, runChild } from "./child.ts";
import { ownPlaces } from "./setup/places.ts";

// Brings Ray and Jupyter's kernel gateway into environments of their own, and tries them: 40 jobs on a Ray of this machine while workers
// and the client are killed, and the kernel through the gateway.

/** Environments, and what pip brings into each. */
const environments = {
  "ray-venv": { requirement: "ray[default]==2.60.0", program: "ray" },
  "gateway-venv": { requirement: "jupyter_kernel_gateway==3.0.1", program: "jupyter-kernelgateway" },
};

const { root, home } = ownPlaces();

async function execute(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const { code, output } = await runChild({
    command,
    args,
    env,
    cwd: root,
    onLine: (line) => console.error(line),
  });
  if (code !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed with exit code ${code}:\n${output.slice(-2000)}`);
  }
}

/** Whether a program is there and starts, which one of an environment that was moved does not. */
async function answers(program: string): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

exitOnSignals("run the same command again");
try {
  for (const [name, { requirement, program }] of Object.entries(environments)) {
    const venv = join(home, name);
    if (await answers(join(venv, "bin", program))) continue;
    console.error(`${requirement} into ${relative(root, venv)}`);
    await execute("python3", ["-m", "venv", "--clear", venv]);
    await execute(join(venv, "bin", "pip"), ["install", "--quiet", requirement]);
  }
  await execute(Deno.execPath(), [
    ...["test", "-A", "--unstable-webgpu", "tests/experiments/sweeps/ray", "tests/kernels/gateway_test.ts"],
  ], { NLORA_RAY_JOBS: "40" });
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
