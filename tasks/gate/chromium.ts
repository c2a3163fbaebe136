import { join } from "node:path";
import { exists } from "../setup/exists.ts";
import { installDebianPackages } from "./debian_packages.ts";

/** Where Debian, Ubuntu and Chrome's own package put the browser's program; null where there is none. */
export async function findChromium(): Promise<string | null> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const path = join("/usr/bin", name);
    if (await exists(path)) return path;
  }
  return null;
}

/** The browser in which JupyterLab is tested, with a font. */
export async function installChromium(): Promise<void> {
  await installDebianPackages(
    ["chromium", "fonts-dejavu-core"],
    "the test in a browser",
    async () => await findChromium() === null,
  );
}
