import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { runChild } from "../child.ts";
import type { Places } from "../setup/places.ts";

/** A backend and, where this machine lacks it, why. */
export interface FoundBackend {
  readonly name: string;
  readonly missing: string | null;
}

/** Tries each backend of the library in a process of its own. */
export async function findBackends({ root }: Places): Promise<FoundBackend[]> {
  const module = pathToFileURL(join(root, "lib", "tensor", "use_backend.ts")).href;
  const found: FoundBackend[] = [];
  for (const name of ["tensorflow", "webgpu", "wasm"]) {
    const program = `import { useBackend } from ${JSON.stringify(module)};
      try { await useBackend(${JSON.stringify(name)}); Deno.exit(0); }
      catch (error) { console.log("reason:", error.message); Deno.exit(1); }`;
    const result = await runChild({
      command: Deno.execPath(),
      args: ["eval", "--unstable-webgpu", program],
      cwd: root,
      seconds: 300,
    });
    const reason = /^reason: (.*)$/m.exec(result.output)?.[1] ?? result.output.trim().slice(-300);
    found.push({ name, missing: result.code === 0 ? null : reason });
  }
  return found;
}
