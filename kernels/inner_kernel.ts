/** The process that runs the cells: a `deno jupyter` of our own, spoken to as a Jupyter client would. */
import { randomUUID } from "node:crypto";
import * as net from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, CHANNELS, type Connection, endpoint } from "./connection.ts";
import { Codec, type Json, type Message } from "./message.ts";
import { dial, type Peer } from "./sockets.ts";

/** What the inner kernel says by itself. */
export interface InnerEvents {
  /** Output and other iopub messages. */
  onIopub(message: Message): void;
  /** An input request. */
  onStdin(message: Message): void;
}

type Dialled = Exclude<Channel, "hb">;

/** A running inner kernel. */
export class InnerKernel {
  /** Resolves with the exit code when the process has ended. */
  readonly exited: Promise<number>;
  readonly #process: Deno.ChildProcess;
  readonly #lifeline: WritableStreamDefaultWriter<Uint8Array>;
  readonly #codec: Codec;
  readonly #peers = new Map<Dialled, Peer>();
  readonly #pending = new Map<string, (reply: Message) => void>();

  private constructor(process: Deno.ChildProcess, codec: Codec) {
    this.#process = process;
    this.#codec = codec;
    this.#lifeline = process.stdin.getWriter();
    this.exited = process.status.then(({ code }) => code);
  }

  /** Starts the process and resolves when it answers and its output is being heard; the signal ends it. */
  static async start(events: InnerEvents, cwd: string, signal: AbortSignal): Promise<InnerKernel> {
    const folder = await Deno.makeTempDir({ prefix: "nlora_kernel_" });
    const connection: Connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      key: randomUUID(),
      signature_scheme: "hmac-sha256",
      ...await freePorts(),
    };
    const file = join(folder, "connection.json");
    try {
      await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600 });
      signal.throwIfAborted();
      const inner = new InnerKernel(spawn(file, cwd, signal), new Codec(connection.key));
      await inner.whileAlive(inner.#connect(connection, events));
      return inner;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }

  /** The result of work that needs the process; rejects when the process ends before. */
  whileAlive<T>(work: Promise<T>): Promise<T> {
    const died = this.exited.then((code) =>
      Promise.reject(new Error(`the inner kernel ended with code ${code}`))
    );
    return Promise.race([work, died]);
  }

  async #connect(connection: Connection, events: InnerEvents): Promise<void> {
    const identity = new TextEncoder().encode(randomUUID());
    let heard = false;
    const receive: Record<Dialled, (message: Message) => void> = {
      shell: (reply) => this.#answer(reply),
      control: (reply) => this.#answer(reply),
      stdin: (message) => events.onStdin(message),
      iopub: (message) => {
        heard = true;
        events.onIopub(message);
      },
    };
    await Promise.all((["shell", "control", "stdin", "iopub"] as const).map(async (channel) => {
      const type = channel === "iopub" ? "SUB" : "DEALER";
      const onMessage = (frames: Uint8Array[]) => receive[channel](this.#codec.decode(frames));
      this.#peers.set(channel, await dial(type, endpoint(connection, channel), onMessage, { identity }));
    }));
    while (!heard) {
      await this.request("shell", "kernel_info_request", {});
      if (!heard) await sleep(5);
    }
  }

  /** Sends a request and resolves with its reply. */
  request(channel: "shell" | "control", type: string, content: Json): Promise<Message> {
    const message = this.#codec.create(type, content);
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#pending.set(message.header.msg_id, resolve);
    this.#peers.get(channel)!.send(this.#codec.encode(message));
    return promise;
  }

  /** Sends what needs no reply. */
  send(channel: Dialled, type: string, content: Json, parent: Message["parent"] = {}): void {
    this.#peers.get(channel)!.send(this.#codec.encode(this.#codec.create(type, content, { parent })));
  }

  /** Writes a line to the process's standard input, where the prelude's lifeline reads it even during a loop. */
  tell(line: string): void {
    this.#lifeline.write(new TextEncoder().encode(line + "\n")).catch(() => {});
  }

  #answer(reply: Message): void {
    const id = reply.parent.msg_id ?? "";
    this.#pending.get(id)?.(reply);
    this.#pending.delete(id);
  }

  /** Ends the process and waits for its end. */
  async close(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch { /* it has ended already */ }
    for (const peer of this.#peers.values()) peer.close();
    await this.exited;
  }
}

function spawn(connectionFile: string, cwd: string, signal: AbortSignal): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["jupyter", "--quiet", "--kernel", "--conn", connectionFile],
    cwd,
    env: { DENO_V8_FLAGS: "--expose-gc" },
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
    signal,
  }).spawn();
}

/** Five ports that were free a moment ago. */
async function freePorts(): Promise<Record<`${Channel}_port`, number>> {
  const servers = await Promise.all(CHANNELS.map(() =>
    new Promise<net.Server>((resolve) => {
      const server = net.createServer().listen(0, "127.0.0.1", () => resolve(server));
    })
  ));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return Object.fromEntries(CHANNELS.map((channel, i) => [`${channel}_port`, ports[i]])) as Record<
    `${Channel}_port`,
    number
  >;
}
