import { runChild } from "../child.ts";
import { installDebianPackages } from "./debian_packages.ts";

/** Mesa's software driver where there is no graphics adapter, so that the webgpu backend is tested too. */
export async function installSoftwareVulkan(): Promise<void> {
  await installDebianPackages(["libvulkan1", "mesa-vulkan-drivers"], "the webgpu backend", async () => {
    const probe = "Deno.exit(await navigator.gpu?.requestAdapter() ? 0 : 1)";
    const args = ["eval", "--no-lock", "--unstable-webgpu", probe];
    return (await runChild({ command: Deno.execPath(), args, seconds: 300 })).code !== 0;
  });
}
