import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { homePath } from "../../lib/models/catalogue.ts";

/** Where `deno task remote` puts the kernel gateway. */
const gateway = join(homePath("gateway-venv"), "bin", "jupyter-kernelgateway");
const kernels = homePath("venv", "share", "jupyter");
const here = existsSync(gateway) && existsSync(join(kernels, "kernels", "nlora"));
const lacking = here
  ? ""
  : " (skipped: no gateway or no kernel here; `deno task setup` and `deno task remote` bring them)";

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function answers(address: string): Promise<void> {
  for (const until = performance.now() + 300_000; performance.now() < until;) {
    const response = await fetch(`${address}/api`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the gateway did not answer in five minutes");
}

/** Runs a cell over the gateway's web socket; gives the text of its result. */
function runCell(socket: WebSocket, session: string, code: string): Promise<string> {
  const msg_id = crypto.randomUUID();
  const header = { msg_id, session, username: "", msg_type: "execute_request", version: "5.3" };
  const content = { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: true };
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.parent_header.msg_id !== msg_id) return;
      if (message.msg_type === "execute_result") resolve(message.content.data["text/plain"]);
      if (message.msg_type === "error") reject(new Error(message.content.evalue));
    };
    socket.send(
      JSON.stringify({ channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] }),
    );
  });
}

Deno.test({
  name: `the kernel serves through a kernel gateway, with the library in scope${lacking}`,
  ignore: !here || Deno.build.os === "windows",
  fn: async () => {
    const data = await Deno.makeTempDir({ prefix: "nlora-test-" });
    const port = await freePort();
    const child = new Deno.Command(gateway, {
      args: ["--KernelGatewayApp.ip=127.0.0.1", `--KernelGatewayApp.port=${port}`],
      env: { JUPYTER_PATH: kernels, JUPYTER_DATA_DIR: data, NLORA_BACKEND: "wasm" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const address = `http://127.0.0.1:${port}`;
      await answers(address);
      const specs = await (await fetch(`${address}/api/kernelspecs`)).json();
      assert.equal(specs.kernelspecs.nlora.spec.language, "typescript");
      const body = JSON.stringify({ name: "nlora" });
      const { id } = await (await fetch(`${address}/api/kernels`, { method: "POST", body })).json();
      const session = crypto.randomUUID();
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/kernels/${id}/channels?session_id=${session}`);
      await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
      await runCell(socket, session, "const xs: number[] = [1, 2, 3]; 0");
      assert.match(await runCell(socket, session, "xs.map((x) => x ** 2).join()"), /"1,4,9"/);
      assert.match(await runCell(socket, session, "nlora.findMethod('nlora').title"), /"NLoRA"/);
      socket.close();
      await new Promise((resolve) => socket.onclose = resolve);
      const ended = await fetch(`${address}/api/kernels/${id}`, { method: "DELETE" });
      await ended.body?.cancel();
      assert.equal(ended.status, 204);
    } finally {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(data, { recursive: true }).catch(() => {});
    }
  },
});
