/** What a kernel gives to the code that runs in it: a way to its clients. */
export interface Broadcaster {
  /** Sends a message, such as `display_data` with the content that Jupyter's protocol asks for, to all of them. */
  broadcast(
    type: string,
    content: object,
    extra?: { metadata?: object; buffers?: readonly Uint8Array[] },
  ): Promise<void>;
}

/** Where a kernel puts its broadcaster; `deno jupyter` has its own place. */
export const broadcasterSymbol: unique symbol = Symbol.for("nlora.broadcaster");

/** The broadcaster of the kernel that this code runs in, or null outside of a notebook. */
export function broadcaster(): Broadcaster | null {
  const host = globalThis as {
    [broadcasterSymbol]?: Broadcaster;
    Deno?: { jupyter?: Broadcaster };
  };
  try {
    return host[broadcasterSymbol] ?? host.Deno?.jupyter ?? null;
  } catch {
    return null; // Deno throws on access outside of its kernel.
  }
}
