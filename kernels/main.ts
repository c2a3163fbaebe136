/** Runs the kernel for a connection file: `deno run -A kernels/main.ts CONNECTION_FILE`, as kernel.json says. */
import { Kernel } from "./kernel.ts";

const [file] = Deno.args;
if (file === undefined) {
  console.error("usage: main.ts CONNECTION_FILE; Jupyter starts this program by itself");
  Deno.exit(2);
}
const kernel = await Kernel.start({
  connection: JSON.parse(await Deno.readTextFile(file)),
  cwd: Deno.cwd(),
  prelude: import.meta.resolve("./prelude.ts"),
});
const signalled = new Promise<number>((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(143)));
// Jupyter sends SIGINT to the whole group of processes at a terminal's Ctrl-C; stopping a cell comes by message.
Deno.addSignalListener("SIGINT", () => {});
const parent = Deno.ppid;
const orphaned = new Promise<number>((resolve) => {
  setInterval(() => Deno.ppid === parent || resolve(1), 1000);
});
const code = await Promise.race([kernel.ended, signalled, orphaned]);
await kernel.close();
Deno.exit(code);
