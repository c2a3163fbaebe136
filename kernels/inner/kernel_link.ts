/** This process's side of the pipes to the kernel. */
import { join } from "node:path";
import { encodePacket, type Packet, PacketReader } from "../packets.ts";

/** The pipes, opened. */
export class KernelLink {
  readonly #commands: Deno.FsFile;
  readonly #answers: Deno.FsFile;
  readonly #packets: Deno.FsFile;
  readonly #reader = new PacketReader();
  /** Whether the last packet was written to its end. */
  #whole = true;

  /** @param folder where the pipes are */
  constructor(folder: string) {
    this.#commands = Deno.openSync(join(folder, "commands"), { read: true });
    this.#answers = Deno.openSync(join(folder, "answers"), { read: true });
    this.#packets = Deno.openSync(join(folder, "packets"), { write: true });
  }

  /** Sends a packet; it is on its way when this returns, also where nothing lets the event loop turn. */
  send(type: string, content: object, extra: Pick<Packet, "metadata" | "buffers"> = {}): void {
    // Code that was ended by force while it wrote has left half a line.
    const bytes = encodePacket({ type, content, ...extra }, this.#whole ? "" : "\n");
    this.#whole = false;
    writeAll(this.#packets, bytes);
    this.#whole = true;
  }

  /**
   * Hears packets for ever. Once code was ended by force it may be deaf, for the continuation of an `await` may have been
   * ended along with it; then it is called again, and where the former call does still hear, both do.
   */
  async listen(onPacket: (packet: Packet) => void): Promise<void> {
    for (const bytes = new Uint8Array(65536);;) {
      const read = await this.#commands.read(bytes);
      if (read === null) return;
      for (const packet of this.#reader.push(bytes.subarray(0, read))) onPacket(packet);
    }
  }

  /** Waits for an answer, and lets nothing else happen meanwhile; null after an interrupt. */
  readAnswer(): string | null {
    const decoder = new TextDecoder();
    let line = "";
    for (const bytes = new Uint8Array(4096); !line.endsWith("\n");) {
      line += decoder.decode(bytes.subarray(0, this.#answers.readSync(bytes)!), { stream: true });
    }
    return JSON.parse(line);
  }
}

/** Writes until all is written. */
export function writeAll(file: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
}
