import { runChild } from "../child.ts";
import type { Places } from "./places.ts";
import { watchedPython } from "./python.ts";
import { type Progress, Unavailable } from "./step.ts";

const unreachable = new RegExp(
  "Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection refused|" +
    "Connection reset|timed out|certificate verify failed|ProxyError|SSLError|NewConnectionError",
);

/**
 * Runs the venv's pip on wheels alone, telling how much it has brought.
 *
 * @throws {Unavailable} If there is no wheel for this machine.
 * @throws {Error} If the package index cannot be reached, the disk is full, or pip fails otherwise.
 */
export async function pip(places: Places, args: readonly string[], progress: Progress): Promise<void> {
  await Deno.mkdir(places.temp, { recursive: true });
  let packages = 0;
  let megabytes = 0;
  let activity = "asking the package index";
  const result = await runChild({
    command: places.python,
    args: [watchedPython, "pip", ...args, "--no-input", "--disable-pip-version-check", "--retries=2"],
    env: { TMPDIR: places.temp, PYTHONUNBUFFERED: "1", PIP_ONLY_BINARY: ":all:", PIP_PROGRESS_BAR: "off" },
    onLine(line) {
      const size = /^\s*(?:Downloading|Using cached) \S+ \(([\d.]+) (kB|MB|GB)\)/.exec(line);
      if (size) {
        packages += 1;
        megabytes += Number(size[1]) * { kB: 1e-3, MB: 1, GB: 1e3 }[size[2] as "kB" | "MB" | "GB"];
        activity = "fetching";
      }
      if (/^Installing collected packages/.test(line)) activity = "unpacking";
      progress(
        packages === 0
          ? activity
          : `${activity} ${packages} package${packages > 1 ? "s" : ""}, ${megabytes.toFixed(0)} MB`,
      );
    },
  });
  if (result.code === 0) return;
  const network = unreachable.exec(result.output);
  if (network) {
    throw new Error(
      `pip could not reach the package index (${
        network[0]
      }); check the network, or name an index by PIP_INDEX_URL, ` +
        "and run this again",
    );
  }
  const noWheel = /No matching distribution found for (\S+)/.exec(result.output);
  if (noWheel) {
    throw new Unavailable(
      `there is no wheel of ${noWheel[1]} for this machine (${Deno.build.target}) and its Python`,
    );
  }
  throw new Error(`pip ${args[0]} failed:\n${result.output.trim().split("\n").slice(-6).join("\n")}`);
}
