/** Installs the kernel where Jupyter looks for kernels. */
import { join } from "node:path";

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="8" fill="#f2f2f2"/>
<rect x="10" y="10" width="44" height="44" fill="#d9d9d9"/>
<rect x="10" y="10" width="44" height="14" fill="#009E73"/>
<rect x="10" y="10" width="14" height="44" fill="#0072B2"/>
<rect x="10" y="10" width="14" height="14" fill="#D55E00"/>
</svg>
`;

/**
 * Writes the kernelspec `nlora` below a folder of kernels, such as `<venv>/share/jupyter/kernels`; it is written aside,
 * then renamed. It starts the Deno that runs this program.
 */
export async function installKernel({ dir }: { dir: string }): Promise<void> {
  const root = join(import.meta.dirname!, "..");
  const spec = {
    argv: [
      Deno.execPath(),
      "run",
      "-A",
      "--config",
      join(root, "deno.json"),
      join(root, "kernels", "main.ts"),
      "{connection_file}",
    ],
    display_name: "TypeScript (NLoRA)",
    language: "typescript",
    interrupt_mode: "message",
    env: { TF_CPP_MIN_LOG_LEVEL: "1", DENO_NO_UPDATE_CHECK: "1" },
  };
  await Deno.mkdir(dir, { recursive: true });
  const aside = await Deno.makeTempDir({ dir, prefix: ".nlora-" });
  await Deno.writeTextFile(join(aside, "kernel.json"), JSON.stringify(spec, null, 2) + "\n");
  await Deno.writeTextFile(join(aside, "logo-svg.svg"), logo);
  await Deno.chmod(aside, 0o755);
  await Deno.remove(join(dir, "nlora"), { recursive: true }).catch(() => {});
  await Deno.rename(aside, join(dir, "nlora"));
}
