/** A named pipe, opened for both: so it neither waits for its other side nor ends with it. */
export class Pipe {
  readonly #file: Deno.FsFile;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Opens the pipe at a path. */
  static async open(path: string): Promise<Pipe> {
    return new Pipe(await Deno.open(path, { read: true, write: true }));
  }

  /** Writes bytes; while there is no room for them they wait, and nothing else does. */
  write(bytes: Uint8Array): void {
    this.#last = this.#last.then(async () => {
      while (bytes.length > 0) bytes = bytes.subarray(await this.#file.write(bytes));
    });
  }

  /** What is written by the other side, until the pipe is closed. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for (const bytes = new Uint8Array(65536);;) {
      const read = await this.#file.read(bytes);
      if (read === null || this.#closed) break;
      yield bytes.subarray(0, read);
    }
    this.#file.close();
  }

  /** Ends the reading. */
  close(): void {
    this.#closed = true;
    this.write(new Uint8Array(1)); // wakes who waits for the other side
  }
}
