/** ZeroMQ sockets over node:net: listeners for the kernel's side, dialled peers for the client's side. */
import * as net from "node:net";
import { Buffer } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import { Decoder, decodeReady, encodeGreeting, encodeMessage, encodeReady, type Frames } from "./zmtp.ts";

/** Takes back a subscription that was never made: no effect, but a packet. */
const unsubscribeNothing = new Uint8Array([0, 0xff]);

/** Where a socket listens: a port of an address (tcp) or a path (ipc). */
export type Endpoint = { host: string; port: number } | { path: string };

/** The socket types that are spoken here. */
export type SocketType = "ROUTER" | "REP" | "PUB" | "DEALER" | "SUB";

/** Called with each message and the peer that sent it. */
export type OnMessage = (frames: Frames, peer: Peer) => void;

/** One connection, from the greeting on. A peer that does not speak ZMTP is dropped with a word on stderr. */
export class Peer {
  /** The identity that the peer gave itself, as latin-1 text. */
  identity = "";
  /** Resolves when the peer has said READY, rejects when it is gone before. */
  readonly ready: Promise<void>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  readonly #socket: net.Socket;

  constructor(socket: net.Socket, type: SocketType, onMessage: OnMessage, identity?: Uint8Array) {
    this.#socket = socket;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    this.ready = promise;
    this.closed = new Promise((done) => socket.once("close", () => done()));
    this.closed.then(() => reject(new Error("the peer closed the connection")));
    const decoder = new Decoder();
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      try {
        for (const event of decoder.push(chunk as Buffer)) {
          if (event.kind === "message") onMessage(event.frames, this);
          else if (event.name === "READY") {
            this.identity = Buffer.from(decodeReady(event.body).get("identity") ?? []).toString("latin1");
            resolve();
          }
        }
      } catch (error) {
        console.error(`dropped a connection: ${error instanceof Error ? error.message : error}`);
        socket.destroy();
      }
    });
    socket.write(encodeGreeting());
    socket.write(encodeReady(type, identity));
  }

  /** Sends one message; after the connection's end it does nothing. */
  send(frames: Frames): void {
    if (this.#socket.writable) this.#socket.write(encodeMessage(frames));
  }

  /** Ends the connection once what was sent is on its way. */
  close(): void {
    this.#socket.destroySoon();
  }
}

/** The listening side of one socket and the peers that are connected to it. */
export class Listener {
  readonly #server: net.Server;
  readonly #peers = new Set<Peer>();

  private constructor(type: SocketType, onMessage: OnMessage) {
    this.#server = net.createServer((socket) => {
      const peer = new Peer(socket, type, onMessage);
      this.#peers.add(peer);
      peer.closed.then(() => this.#peers.delete(peer));
    });
  }

  /** Listens at an endpoint; rejects when it is taken. */
  static open(type: SocketType, endpoint: Endpoint, onMessage: OnMessage): Promise<Listener> {
    const listener = new Listener(type, onMessage);
    return new Promise((resolve, reject) => {
      listener.#server.once("error", reject);
      listener.#server.listen(endpoint, () => resolve(listener));
    });
  }

  /** The newest peer of that identity. */
  peer(identity: string): Peer | undefined {
    return [...this.#peers].findLast((peer) => peer.identity === identity);
  }

  /** Stops listening and ends every connection; resolves when what was sent is on its way. */
  async close(): Promise<void> {
    this.#server.close();
    const peers = [...this.#peers];
    for (const peer of peers) peer.close();
    await Promise.race([Promise.all(peers.map((peer) => peer.closed)), sleep(500)]);
  }
}

/** A PUB socket: sends each message to the peers that subscribed to a prefix of its first frame. */
export class Publisher {
  readonly #listener: Listener;
  readonly #topics: Map<Peer, string[]>;

  private constructor(listener: Listener, topics: Map<Peer, string[]>) {
    this.#listener = listener;
    this.#topics = topics;
  }

  /** Listens at an endpoint; rejects when it is taken. Tells of each topic that a peer subscribes to. */
  static async open(
    endpoint: Endpoint,
    onSubscribe: (topic: string, peer: Peer) => void = () => {},
  ): Promise<Publisher> {
    const topics = new Map<Peer, string[]>();
    const listener = await Listener.open("PUB", endpoint, ([frame], peer) => {
      const topic = Buffer.from(frame.subarray(1)).toString("latin1");
      if (!topics.has(peer)) peer.closed.then(() => topics.delete(peer));
      const others = topics.get(peer) ?? [];
      topics.set(peer, frame[0] === 1 ? [...others, topic] : others.filter((other) => other !== topic));
      if (frame[0] === 1) onSubscribe(topic, peer);
    });
    return new Publisher(listener, topics);
  }

  /** Sends one message. */
  send(frames: Frames): void {
    const head = Buffer.from(frames[0]).toString("latin1");
    for (const [peer, topics] of this.#topics) {
      if (topics.some((topic) => head.startsWith(topic))) peer.send(frames);
    }
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    return this.#listener.close();
  }
}

/** Opens a REP socket that sends back whatever it is sent: Jupyter's heartbeat. */
export function openHeartbeat(endpoint: Endpoint): Promise<Listener> {
  return Listener.open("REP", endpoint, (frames, peer) => peer.send(frames));
}

/**
 * Connects to a listening socket and resolves when both sides are ready. A refused connection is tried again
 * for `patienceMs`, since the other process may still be starting. A SUB socket subscribes to everything.
 */
export async function dial(
  type: "DEALER" | "SUB",
  endpoint: Endpoint,
  onMessage: OnMessage,
  { identity, patienceMs = 20_000 }: { identity?: Uint8Array; patienceMs?: number } = {},
): Promise<Peer> {
  for (const end = Date.now() + patienceMs;;) {
    const socket = net.connect(endpoint as net.NetConnectOpts);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (connected) {
      const peer = new Peer(socket, type, onMessage, identity);
      await peer.ready;
      if (type === "SUB") {
        peer.send([new Uint8Array([1])]);
        // The publisher writes its messages one by one and lets each wait until the one before is acknowledged, which
        // the system puts off for 40 ms unless there is something to send: so something is sent.
        socket.on("data", () => peer.send([unsubscribeNothing]));
      }
      return peer;
    }
    if (Date.now() > end) throw new Error(`nothing listens at ${JSON.stringify(endpoint)}`);
    await sleep(15);
  }
}
