/** The process that runs cells: `deno run inner/main.ts FOLDER PARENT`, with the pipes in the folder; see cell_process.ts. */
import { url as debuggerUrl } from "node:inspector";
import process from "node:process";
import { broadcasterSymbol } from "../../lib/report/broadcaster.ts";
import { comms } from "../comms.ts";
import type { Packet } from "../packets.ts";
import { prelude } from "../prelude.ts";
import { Cells } from "./cells.ts";
import { installDenoJupyter } from "./deno_jupyter.ts";
import { failureOf } from "./failure.ts";
import { Interrupted } from "./interrupted.ts";
import { Interrupts } from "./interrupts.ts";
import { KernelLink } from "./kernel_link.ts";
import { questions } from "./questions.ts";
import { CellMaps } from "./stack.ts";
import { redirectStreams } from "./streams.ts";
import { tameTimers } from "./timers.ts";
import { describeValue, namesBelow } from "./values.ts";

const [folder, parent] = Deno.args as [string, string];
const lifeline = new URL("./lifeline.ts", import.meta.url);
lifeline.search = String(new URLSearchParams({ parent, folder }));
new Worker(lifeline, { type: "module" });

const link = new KernelLink(folder);
const mark = redirectStreams((name, text) => link.send("stream", { name, text }));
const maps = new CellMaps();
maps.install();
tameTimers();
const interrupts = new Interrupts((count) => link.send("cooperating", { count }));

const broadcaster = {
  broadcast: (type: string, content: object, extra = {}) =>
    Promise.resolve(link.send("output", { type, content }, extra)),
};
installDenoJupyter(broadcaster);
let answers = false;
const ask = (prompt: string, password: boolean) => {
  link.send("question", { prompt, password });
  return link.readAnswer();
};
Object.assign(globalThis, {
  ...questions(ask, () => answers),
  [broadcasterSymbol]: broadcaster,
  [Symbol.for("nlora.interrupt")]: interrupts,
  [Symbol.for("nlora.listen")]: () => void link.listen(receive),
});
const cells = new Cells({
  interrupts,
  maps,
  mark,
  send: (type, content) => link.send(type, content),
  endCell: prelude(interrupts),
});

addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  if (event.reason instanceof Interrupted) return; // of waiting that nobody was left to hear of
  console.error(`Uncaught (in promise) ${failureOf(event.reason).stack}`);
});
addEventListener("error", (event) => {
  event.preventDefault();
  console.error(`Uncaught ${failureOf(event.error).stack}`);
});

/** What the kernel asks of values, by the name of the request. */
const requests: Readonly<Record<string, (content: Packet["content"]) => unknown>> = {
  names: ({ path }) => namesBelow(path),
  describe: ({ path }) => describeValue(path),
  evaluate: (content) => cells.evaluate(content),
};

function receive({ type, content, buffers }: Packet): void {
  switch (type) {
    case "run":
      answers = content.allow_stdin;
      return cells.run(content);
    case "comm":
      return cells.do(
        content.id,
        () => interrupts.race(comms.receive(content.type, content.content, buffers)),
      );
    case "interrupt":
      link.send("heard", {});
      return cells.interrupt(content);
    case "stopped":
      return cells.stopped(content);
    case "request":
      return void reply(content.id, () => requests[content.name]!(content));
    case "end":
      link.send("ending", {});
      dispatchEvent(new Event("beforeunload", { cancelable: true }));
      return process.exit(0);
  }
}

async function reply(id: number, act: () => unknown): Promise<void> {
  try {
    link.send("reply", { id, value: await act() });
  } catch (error) {
    link.send("reply", { id, failure: failureOf(error) });
  }
}

link.listen(receive);
link.send("ready", { debugger: debuggerUrl() });
