/** Jupyter's connection file: where the five sockets of a kernel are and how their messages are signed. */
import type { Endpoint } from "./sockets.ts";

/** The five sockets of a kernel. */
export const CHANNELS = ["shell", "control", "stdin", "iopub", "hb"] as const;

/** The name of one of the five sockets. */
export type Channel = typeof CHANNELS[number];

/** The content of a connection file. */
export interface Connection extends Record<`${Channel}_port`, number> {
  transport: "tcp" | "ipc";
  /** An address, or for ipc the start of the path. */
  ip: string;
  key: string;
  signature_scheme: string;
}

/** Where one of the sockets is. */
export function endpoint(connection: Connection, channel: Channel): Endpoint {
  const port = connection[`${channel}_port`];
  return connection.transport === "ipc"
    ? { path: `${connection.ip}-${port}` }
    : { host: connection.ip, port };
}
