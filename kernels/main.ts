/** Runs the kernel for a connection file: `deno run -A kernels/main.ts CONNECTION_FILE`, as kernel.json says. */
import { watchStarter } from "./starter.ts";

const [file] = Deno.args;
if (file === undefined) {
  console.error("usage: main.ts CONNECTION_FILE; Jupyter starts this program by itself");
  Deno.exit(2);
}
const orphaned = watchStarter(Number(Deno.env.get("JPY_PARENT_PID") || NaN)); // as Jupyter's client names itself
const stopped = new Promise<number>((resolve) => {
  Deno.addSignalListener("SIGTERM", () => resolve(143));
  setInterval(() => orphaned() && resolve(1), 1000);
});
// Jupyter sends SIGINT to the whole group of processes at a terminal's Ctrl-C; stopping a cell comes by message.
Deno.addSignalListener("SIGINT", () => {});
// Loaded only now, since it takes long and the parent may end meanwhile.
const { Kernel } = await import("./kernel.ts");
const stop = new AbortController();
const starting = Kernel.start({
  connection: JSON.parse(await Deno.readTextFile(file)),
  cwd: Deno.cwd(),
  signal: stop.signal,
});
const code = await Promise.race([starting.then((kernel) => kernel.ended), stopped]).catch((error) => {
  console.error(`the kernel cannot start: ${error.message}`);
  return 1;
});
stop.abort();
await starting.then((kernel) => kernel.close(), () => {});
Deno.exit(code);
