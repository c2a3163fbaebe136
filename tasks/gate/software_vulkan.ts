import { runChild } from "../child.ts";

const packages = ["libvulkan1", "mesa-vulkan-drivers"];

/**
 * On a CI machine without a Vulkan driver, installs Mesa's software driver by apt, so that the webgpu backend is tested
 * too. Says what it did, or nothing where there was nothing to do.
 */
export async function installSoftwareVulkan(): Promise<void> {
  if (Deno.env.get("CI") !== "true" || Deno.build.os !== "linux" || Deno.uid() !== 0) return;
  const probe = "Deno.exit(await navigator.gpu?.requestAdapter() ? 0 : 1)";
  const args = ["eval", "--no-lock", "--unstable-webgpu", probe];
  const found = await runChild({ command: Deno.execPath(), args, seconds: 60 });
  if (found.code === 0) return;
  const apt = async (...args: string[]) =>
    (await runChild({
      command: "apt-get",
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      seconds: 300,
    }).catch(() => null))?.code === 0;
  console.log(`CI: installing ${packages.join(" and ")} for the webgpu backend`);
  const done = await apt("update", "-qq") &&
    await apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
  if (!done) console.log("CI: apt could not install them; the webgpu backend is not tested");
}
