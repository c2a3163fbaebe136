import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { installKernel } from "../../kernels/install.ts";
import { openBrowser } from "../open_browser.ts";
import { homePath } from "../../lib/models/catalogue.ts";

/** JupyterLab's settings for the test: it asks the network for nothing, and waits for a kernel on a busy machine. */
const settings = {
  "@jupyterlab/completer-extension:manager": { providerTimeout: 30_000 },
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
};

/**
 * Opens JupyterLab on a folder's `notebooks`, with the kernel and settings of its own, in a browser without a screen.
 *
 * @param executablePath the browser's program
 */
export async function withJupyterLab(
  folder: string,
  executablePath: string,
  use: (page: Page, address: string) => Promise<void>,
): Promise<void> {
  installKernel({ dir: join(folder, "share", "kernels") });
  await Deno.mkdir(join(folder, "settings"));
  await Deno.writeTextFile(join(folder, "settings", "overrides.json"), JSON.stringify(settings));
  const port = freePort();
  const lab = new Deno.Command(homePath("venv", "bin", "python"), {
    args: [
      ...["-m", "jupyterlab", "--no-browser", "--allow-root", `--ServerApp.port=${port}`],
      ...[
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=token",
        `--ServerApp.root_dir=${join(folder, "notebooks")}`,
      ],
      ...[`--LabApp.app_settings_dir=${join(folder, "settings")}`, "--LabApp.extension_manager=readonly"],
    ],
    env: {
      JUPYTER_PATH: join(folder, "share"),
      JUPYTER_PREFER_ENV_PATH: "0",
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_DATA_DIR: join(folder, "data"),
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      PYTHONWARNINGS: "ignore",
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  let browser: Browser | null = null;
  try {
    const address = `http://127.0.0.1:${port}`;
    browser = await openBrowser(executablePath);
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    page.setDefaultTimeout(100_000);
    await answers(`${address}/api?token=token`);
    await use(page, address);
  } finally {
    await browser?.close();
    lab.kill("SIGTERM");
    await lab.status;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function answers(address: string): Promise<void> {
  for (const end = Date.now() + 180_000;;) {
    try {
      return void await (await fetch(address)).body?.cancel();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
