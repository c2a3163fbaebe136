/**
 * Jupyter messages on the wire: `[idents…, <IDS|MSG>, signature, header, parent header, metadata, content, buffers…]`.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import { Buffer } from "node:buffer";
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Frames } from "./zmtp.ts";

/** The version of the messaging protocol that is spoken. */
export const PROTOCOL_VERSION = "5.4";

/** A message's header; only `msg_id` and `msg_type` are relied on. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session?: string;
  username?: string;
  date?: string;
  version?: string;
}

/** Any JSON object. */
// deno-lint-ignore no-explicit-any
export type Json = Record<string, any>;

/** One message, decoded. */
export interface Message {
  /** What the transport needs to route an answer, or a topic. */
  idents: Frames;
  header: Header;
  /** The header of the request that this answers, or `{}`. */
  parent: Header | Record<string, never>;
  metadata: Json;
  content: Json;
  buffers: Frames;
}

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Writes and reads the signed messages of one connection; the session id is its own. */
export class Codec {
  readonly #key: string;
  readonly #session = randomUUID();

  /** An empty key means unsigned messages, as in Jupyter. */
  constructor(key: string, scheme = "hmac-sha256") {
    if (scheme !== "hmac-sha256") {
      throw new Error(`signature scheme ${scheme} is not supported; Jupyter's default is hmac-sha256`);
    }
    this.#key = key;
  }

  /** A new message of this session. */
  create(type: string, content: Json, { parent = {}, idents = [], metadata = {}, buffers = [] }: Partial<
    Pick<Message, "parent" | "idents" | "metadata" | "buffers">
  > = {}): Message {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    return { idents, header, parent, metadata, content, buffers };
  }

  /** The signed frames of a message. */
  encode(message: Message): Frames {
    const parts = [message.header, message.parent, message.metadata, message.content]
      .map((part) => Buffer.from(JSON.stringify(part)));
    return [...message.idents, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...message.buffers];
  }

  /** Reads frames; throws when they are not a message or the signature is wrong. */
  decode(frames: Frames): Message {
    const at = frames.findIndex((frame) => DELIMITER.equals(frame));
    if (at < 0 || frames.length < at + 6) {
      throw new Error(`${frames.length} frames are not a Jupyter message`);
    }
    const parts = frames.slice(at + 2, at + 6);
    const expected = Buffer.from(this.#sign(parts));
    if (expected.length !== frames[at + 1].length || !timingSafeEqual(expected, frames[at + 1])) {
      throw new Error("the signature is wrong");
    }
    const [header, parent, metadata, content] = parts.map(parseObject) as [Json, Json, Json, Json];
    if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") {
      throw new Error("the header has no msg_id or msg_type");
    }
    return {
      idents: frames.slice(0, at),
      header: header as Header,
      parent: parent as Message["parent"],
      metadata,
      content,
      buffers: frames.slice(at + 6),
    };
  }

  #sign(parts: Frames): string {
    if (!this.#key) return "";
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseObject(frame: Uint8Array): Json {
  const value = JSON.parse(utf8.decode(frame));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error("a part is no object");
}
