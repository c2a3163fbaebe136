import { runChild } from "../child.ts";

/**
 * On a CI machine of Debian's kind, installs what `lacking` says is not there. Says what it did, or nothing where there was
 * nothing to do.
 *
 * @param purpose what goes without them, for the one line that is told
 */
export async function installDebianPackages(
  packages: readonly string[],
  purpose: string,
  lacking: () => Promise<boolean>,
): Promise<void> {
  if (Deno.env.get("CI") !== "true" || Deno.build.os !== "linux" || Deno.uid() !== 0) return;
  if (!await lacking()) return;
  const apt = async (...args: string[]) =>
    (await runChild({
      command: "apt-get",
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      seconds: 300,
    }).catch(() => null))?.code === 0;
  console.log(`CI: installing ${packages.join(" and ")} for ${purpose}`);
  const done = await apt("update", "-qq") &&
    await apt("install", "-y", "-qq", "--no-install-recommends", ...packages);
  if (!done) console.log(`CI: apt could not install them; ${purpose} goes without`);
}
