/** The five sockets of a kernel, with Jupyter's messages for frames. */
import { type Channel, type Connection, endpoint } from "./connection.ts";
import { Codec, type Json, type Message } from "./message.ts";
import { Listener, openHeartbeat, type Peer, Publisher } from "./sockets.ts";
import type { Frames } from "./zmtp.ts";

/** A request with the connection that it came by. */
export interface Request {
  readonly message: Message;
  readonly peer: Peer;
}

/** What comes in; what is no message, or signed with another key, is dropped with a word on standard error. */
export interface WireEvents {
  onShell(request: Request): void;
  onControl(request: Request): void;
  /** The answer to a question. */
  onInput(content: Json): void;
}

/** The sockets, open. */
export class Wire {
  readonly #codec: Codec;
  #publisher!: Publisher;
  #stdin!: Listener;
  #listeners: Listener[] = [];

  private constructor({ key, signature_scheme }: Connection) {
    this.#codec = new Codec(key, signature_scheme);
  }

  /** Opens the sockets where the connection says. */
  static async open(connection: Connection, events: WireEvents): Promise<Wire> {
    const wire = new Wire(connection);
    const at = (channel: Channel) => endpoint(connection, channel);
    wire.#publisher = await Publisher.open(at("iopub"), (topic, peer) => wire.#welcome(topic, peer));
    wire.#stdin = await wire.#hear(at("stdin"), ({ message: { header, content } }) => {
      if (header.msg_type === "input_reply") events.onInput(content);
    });
    wire.#listeners = [
      await wire.#hear(at("shell"), (request) => events.onShell(request)),
      await wire.#hear(at("control"), (request) => events.onControl(request)),
      await openHeartbeat(at("hb")),
    ];
    return wire;
  }

  #hear(at: ReturnType<typeof endpoint>, onRequest: (request: Request) => void): Promise<Listener> {
    return Listener.open("ROUTER", at, (frames, peer) => {
      try {
        onRequest({ message: this.#codec.decode(frames), peer });
      } catch (error) {
        console.error(`dropped a message: ${(error as Error).message}`);
      }
    });
  }

  /** Tells a new subscriber that it is heard; see Jupyter's `iopub_welcome`. */
  #welcome(subscription: string, peer: Peer): void {
    const idents = [new TextEncoder().encode(subscription)];
    peer.send(this.#codec.encode(this.#codec.create("iopub_welcome", { subscription }, { idents })));
  }

  /** Answers a request. */
  reply({ message, peer }: Request, content: Json): void {
    const type = message.header.msg_type.replace(/_request$/, "_reply");
    const reply = this.#codec.create(type, content, { parent: message.header, idents: message.idents });
    peer.send(this.#codec.encode(reply));
  }

  /** Sends an output of a request to all that subscribed. */
  publish(
    type: string,
    content: Json,
    { message }: Request,
    metadata: Json = {},
    buffers: Frames = [],
  ): void {
    const idents = [new TextEncoder().encode(type)];
    const output = this.#codec.create(type, content, { parent: message.header, idents, metadata, buffers });
    this.#publisher.send(this.#codec.encode(output));
  }

  /** Asks the person at the notebook that a request came from. */
  ask({ message, peer }: Request, content: Json): void {
    const { header: parent, idents } = message;
    const question = this.#codec.create("input_request", content, { parent, idents });
    this.#stdin.peer(peer.identity)?.send(this.#codec.encode(question));
  }

  /** Closes the sockets; resolves when what was sent is on its way. */
  async close(): Promise<void> {
    await Promise.all([this.#publisher, this.#stdin, ...this.#listeners].map((socket) => socket.close()));
  }
}
