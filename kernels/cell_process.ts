/** The process that runs the cells, the pipes to it and from it, and its end. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cellImports } from "./cell_imports.ts";
import { stopRunningCode } from "./debugger.ts";
import { Pipe } from "./pipe.ts";
import { encodePacket, type Packet, PacketReader } from "./packets.ts";

/** What comes from the process. */
export interface ProcessEvents {
  onPacket(packet: Packet): void;
  /** Called after the packets that came together. */
  onPause(): void;
  /** What is written past the packets: by child processes and native code. */
  onText(name: "stdout" | "stderr", text: string): void;
}

/** The named pipes in the folder that the process is told. */
export const PIPES = ["commands", "answers", "packets"] as const;

/** How long the process may take to hear that it is to end; code that lets nothing else happen keeps it from that. */
const deafMilliseconds = 2000;
/** How long its own handlers for its end may take. */
const endMilliseconds = 20_000;

const root = join(import.meta.dirname!, "..");

/** A running process that runs cells. */
export class CellProcess {
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number>;
  readonly #process: Deno.ChildProcess;
  readonly #folder: string;
  readonly #pipes: Record<typeof PIPES[number], Pipe>;
  readonly #ending = Promise.withResolvers<void>();
  #debugger = "";

  private constructor(
    process: Deno.ChildProcess,
    folder: string,
    [commands, answers, packets]: readonly Pipe[],
  ) {
    this.#process = process;
    this.#folder = folder;
    this.#pipes = { commands: commands!, answers: answers!, packets: packets! };
    this.exited = process.status.then(({ code }) => code);
  }

  /** Starts the process and resolves when it is ready for cells; the signal ends it. */
  static async start(cwd: string, signal: AbortSignal, events: ProcessEvents): Promise<CellProcess> {
    const folder = await Deno.makeTempDir({ prefix: "nlora_kernel_" });
    try {
      const paths = PIPES.map((name) => join(folder, name));
      await makePipes(paths);
      const pipes = await Promise.all(paths.map((path) => Pipe.open(path)));
      signal.throwIfAborted();
      const started = new CellProcess(await spawn(folder, cwd), folder, pipes);
      signal.addEventListener("abort", () => started.#kill());
      await started.#listen(events);
      return started;
    } catch (error) {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      throw error;
    }
  }

  /** Hears the process from now on; resolves when it is ready. */
  async #listen(events: ProcessEvents): Promise<void> {
    const ready = Promise.withResolvers<string>();
    let said = "";
    readText(this.#process.stdout, (text) => events.onText("stdout", text));
    const silent = readText(this.#process.stderr, (text) => {
      if (this.#debugger === "") said += text;
      else events.onText("stderr", text);
    });
    readPackets(this.#pipes.packets, (packet) => {
      if (packet.type === "ready") ready.resolve(packet.content.debugger);
      else if (packet.type === "ending") this.#ending.resolve();
      else events.onPacket(packet);
    }, () => events.onPause());
    const died = Promise.all([this.exited, silent]).then(([code]) => {
      throw new Error(`the process for cells ended with code ${code} before it was ready: ${said}`);
    });
    this.#debugger = await Promise.race([ready.promise, died]);
  }

  /** Sends a packet, which is heard when the event loop turns. */
  tell(packet: Packet): void {
    this.#pipes.commands.write(encodePacket(packet));
  }

  /** Answers the question for which the process waits; null where it was interrupted. */
  answer(text: string | null): void {
    this.#pipes.answers.write(new TextEncoder().encode(`${JSON.stringify(text)}\n`));
  }

  /** Ends code that keeps the event loop from turning, if it still does; the process listens anew after that. */
  async stopRunningCode(stillWanted: () => boolean): Promise<void> {
    const stopped = await stopRunningCode(
      this.#debugger,
      stillWanted,
      `globalThis[Symbol.for("nlora.listen")]()`,
    );
    if (stopped) this.#pipes.commands.write(new TextEncoder().encode("\n")); // ends a line whose begin was lost
  }

  /** Lets the process end by itself, with its handlers for that; where it is deaf, or takes very long, by force. */
  async close(): Promise<void> {
    this.tell({ type: "end", content: {} });
    const heard = await Promise.race([
      this.exited,
      this.#ending.promise.then(() => true),
      sleep(deafMilliseconds),
    ]);
    if (heard === true) await Promise.race([this.exited, sleep(endMilliseconds)]);
    this.#kill();
    await this.exited;
    this.#pipes.packets.close();
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  /** Ends the process and those that it started. */
  #kill(): void {
    try {
      Deno.kill(-this.#process.pid, "SIGKILL");
    } catch { /* they have ended already */ }
  }
}

async function makePipes(paths: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("mkfifo", {
    args: ["-m", "600", ...paths],
    env: { PATH: `${Deno.env.get("PATH") ?? ""}:/usr/bin:/bin` }, // a program that starts kernels need not have one
  }).output();
  if (!success) throw new Error(`no named pipes can be made: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Starts the process with its own copy of the lock file: packages that cells import are theirs alone. */
async function spawn(folder: string, cwd: string): Promise<Deno.ChildProcess> {
  const lock = join(folder, "deno.lock"), map = join(folder, "import_map.json");
  const imports = cellImports(cwd);
  if (imports) await Deno.writeTextFile(map, JSON.stringify(imports));
  await Deno.copyFile(join(root, "deno.lock"), lock);
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--config",
      join(root, "deno.json"),
      ...(imports ? ["--import-map", map] : []),
      `--lock=${lock}`,
      // The compilation cache would keep every cell for a while, and more the more there are.
      "--v8-flags=--expose-gc,--no-compilation-cache",
      "--inspect=127.0.0.1:0",
      // The debugger's address is a secret between the two processes: by default its port tells it to everybody.
      "--inspect-publish-uid=stderr",
      join(import.meta.dirname!, "inner", "main.ts"),
      folder,
      String(Deno.pid),
    ],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

async function readPackets(pipe: Pipe, onPacket: (packet: Packet) => void, onPause: () => void) {
  const reader = new PacketReader();
  for await (const chunk of pipe.chunks()) {
    for (const packet of reader.push(chunk)) onPacket(packet);
    onPause();
  }
}

async function readText(stream: ReadableStream<Uint8Array>, onText: (text: string) => void) {
  const decoder = new TextDecoder();
  for await (const chunk of stream) onText(decoder.decode(chunk, { stream: true }));
}
