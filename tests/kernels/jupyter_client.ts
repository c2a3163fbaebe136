import { randomUUID } from "node:crypto";
import * as net from "node:net";
import { type Channel, CHANNELS, type Connection, endpoint } from "../../kernels/connection.ts";
import { Kernel } from "../../kernels/kernel.ts";
import { Codec, type Json, type Message } from "../../kernels/message.ts";
import { dial, type Peer } from "../../kernels/sockets.ts";
import type { Frames } from "../../kernels/zmtp.ts";

/** A client of a kernel, for protocol tests. */
export interface JupyterClient {
  readonly connection: Connection;
  readonly codec: Codec;
  /** All that was published until now. */
  readonly published: Message[];
  /** Sends a request; gives its reply's content. */
  ask(type: string, content: Json, channel?: "shell" | "control"): Promise<Json>;
  /** Sends a request that has no reply, or whose reply nobody waits for. */
  tell(type: string, content: Json): string;
  /** Sends frames as they are. */
  send(channel: "shell" | "control" | "stdin", frames: Frames): void;
  /** Runs code; gives the reply's content and the types and contents of its outputs. */
  execute(code: string, options?: Json): Promise<{ reply: Json; outputs: [string, Json][] }>;
}

/** Runs a body with a kernel that works in a folder, and ends it. */
export async function withKernel(cwd: string, body: (client: JupyterClient) => Promise<void>): Promise<void> {
  const connection: Connection = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    ...await freePorts(),
  };
  const kernel = await Kernel.start({ connection, cwd, signal: new AbortController().signal });
  const peers: Peer[] = [];
  try {
    await body(await connect(connection, peers));
  } finally {
    for (const peer of peers) peer.close();
    await kernel.close();
  }
}

async function connect(connection: Connection, peers: Peer[]): Promise<JupyterClient> {
  const codec = new Codec(connection.key);
  const waiting = new Map<string, (reply: Message) => void>();
  const published: Message[] = [];
  const idle = new Map<string, () => void>();
  const identity = new TextEncoder().encode(randomUUID());
  const join = async (channel: Channel, onMessage: (message: Message) => void) => {
    const type = channel === "iopub" ? "SUB" : "DEALER";
    const peer = await dial(
      type,
      endpoint(connection, channel),
      (frames) => onMessage(codec.decode(frames)),
      { identity },
    );
    peers.push(peer);
    return peer;
  };
  const onReply = (reply: Message) => waiting.get(reply.parent.msg_id ?? "")?.(reply);
  await join("iopub", (message) => {
    published.push(message);
    if (message.content.execution_state === "idle") idle.get(message.parent.msg_id ?? "")?.();
  });
  const sockets = {
    shell: await join("shell", onReply),
    control: await join("control", onReply),
    stdin: await join("stdin", () => {}),
  };
  const request = (type: string, content: Json, channel: "shell" | "control" = "shell") => {
    const message = codec.create(type, content);
    const id = message.header.msg_id;
    const reply = new Promise<Json>((resolve) => waiting.set(id, ({ content }) => resolve(content)));
    const done = new Promise<void>((resolve) => idle.set(id, resolve));
    sockets[channel].send(codec.encode(message));
    return { id, reply, done };
  };
  return {
    connection,
    codec,
    published,
    ask: (...sent) => request(...sent).reply,
    tell: (...sent) => request(...sent).id,
    send: (channel, frames) => sockets[channel].send(frames),
    async execute(code, options = {}) {
      const { id, reply, done } = request("execute_request", { code, ...options });
      const [content] = await Promise.all([reply, done]);
      const own = published.filter(({ parent, header }) =>
        parent.msg_id === id && header.msg_type !== "status"
      );
      return { reply: content, outputs: own.map(({ header, content }) => [header.msg_type, content]) };
    },
  };
}

async function freePorts(): Promise<Record<`${Channel}_port`, number>> {
  const servers = await Promise.all(CHANNELS.map(() =>
    new Promise<net.Server>((resolve) => {
      const server = net.createServer().listen(0, "127.0.0.1", () => resolve(server));
    })
  ));
  const ports = servers.map((server) => [(server.address() as net.AddressInfo).port]).flat();
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return Object.fromEntries(CHANNELS.map((channel, i) => [`${channel}_port`, ports[i]])) as Record<
    `${Channel}_port`,
    number
  >;
}
