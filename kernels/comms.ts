/**
 * Comms: two-way channels between objects in the kernel and their counterparts in the notebook's page.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */
import { randomUUID } from "node:crypto";
import { type Broadcaster, broadcaster } from "../lib/report/broadcaster.ts";

/** Any JSON object. */
type Json = Record<string, unknown>;

/** What goes along with a message's data. */
export interface CommExtra {
  readonly metadata?: object;
  readonly buffers?: readonly Uint8Array[];
}

/** One channel; it is closed by either side. */
export class Comm {
  /** Called with what the page sends. */
  onMessage: (data: Json, buffers: readonly Uint8Array[]) => void | Promise<void> = () => {};
  /** Called when the page has closed the channel. */
  onClose: (data: Json) => void = () => {};
  readonly #broadcaster: Broadcaster;
  readonly #forget: () => void;

  constructor(
    readonly id: string,
    readonly target: string,
    broadcaster: Broadcaster,
    forget: () => void,
  ) {
    this.#broadcaster = broadcaster;
    this.#forget = forget;
  }

  /** Sends data to the page. */
  async send(data: object, extra?: CommExtra): Promise<void> {
    await this.#broadcaster.broadcast("comm_msg", { comm_id: this.id, data }, extra);
  }

  /** Closes the channel. */
  async close(data: object = {}): Promise<void> {
    this.#forget();
    await this.#broadcaster.broadcast("comm_close", { comm_id: this.id, data });
  }
}

/** The open comms of a kernel. */
export class Comms {
  readonly #broadcaster: Broadcaster;
  readonly #open = new Map<string, Comm>();
  readonly #targets = new Map<string, (comm: Comm, data: Json) => void>();

  constructor(broadcaster: Broadcaster) {
    this.#broadcaster = broadcaster;
  }

  /** Opens a channel to a target that the page knows, such as `jupyter.widget`; resolves when the page is told. */
  async open(
    target: string,
    data: object,
    { id = randomUUID(), ...extra }: CommExtra & { id?: string } = {},
  ): Promise<Comm> {
    const comm = this.#add(id, target);
    await this.#broadcaster.broadcast("comm_open", { comm_id: id, target_name: target, data }, extra);
    return comm;
  }

  /** Says what happens when the page opens a channel to a target. */
  onOpen(target: string, opened: (comm: Comm, data: Json) => void): void {
    this.#targets.set(target, opened);
  }

  /** Takes a message of the page: `comm_open`, `comm_msg` or `comm_close`. One for an unknown channel is passed over. */
  async receive(type: string, content: Json, buffers: readonly Uint8Array[] = []): Promise<void> {
    const id = String(content.comm_id);
    const data = (content.data ?? {}) as Json;
    if (type === "comm_open") {
      const target = String(content.target_name);
      const opened = this.#targets.get(target);
      const comm = this.#add(id, target);
      if (!opened) return await comm.close();
      return opened(comm, data);
    }
    const comm = this.#open.get(id);
    if (type === "comm_msg") await comm?.onMessage(data, buffers);
    if (type !== "comm_close") return;
    this.#open.delete(id);
    comm?.onClose(data);
  }

  #add(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.#broadcaster, () => this.#open.delete(id));
    this.#open.set(id, comm);
    return comm;
  }
}

/** The comms of this process; outside of a notebook nobody hears them. */
export const comms: Comms = new Comms({
  broadcast: async (...message) => await broadcaster()?.broadcast(...message),
});
