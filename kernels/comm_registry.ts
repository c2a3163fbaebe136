/** The comms that are open, as they pass by between the notebook and the process that has them. */

/** What a comm message says of itself. */
interface CommContent {
  readonly comm_id?: unknown;
  readonly target_name?: unknown;
}

/** Knows the open comms without taking part in them. */
export class CommRegistry {
  readonly #targets = new Map<string, string>();

  /** Takes notice of a message, of either side; other messages are passed over. */
  notice(type: string, { comm_id, target_name }: CommContent): void {
    if (type === "comm_open") this.#targets.set(String(comm_id), String(target_name));
    if (type === "comm_close") this.#targets.delete(String(comm_id));
  }

  /** The content of a `comm_info_reply`: all comms, or those of one target. */
  info({ target_name }: CommContent): { status: "ok"; comms: Record<string, { target_name: string }> } {
    const known = [...this.#targets].filter(([, target]) => !target_name || target === target_name);
    return {
      status: "ok",
      comms: Object.fromEntries(known.map(([id, target]) => [id, { target_name: target }])),
    };
  }
}
