const MEMORY_SECTION = 5;
const PAGE_BYTES = 65536;

/**
 * A WebAssembly module whose memory cannot grow past a limit: a copy with a lower maximum in its memory section.
 *
 * Source: WebAssembly core specification 2.0, section 5.5.8 (memory section) and 5.3.7 (limits).
 *
 * @param module a binary with one memory, which has a maximum of its own
 * @param bytes rounded down to whole pages of 64 KiB
 * @throws Error when the module has no such memory
 */
export function limitMemory(module: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(module);
  let at = 8; // past the magic number and the version
  /** A LEB128 number, and `at` past it. */
  const number = () => {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = copy[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < copy.length) {
    const section = copy[at++];
    const end = number() + at;
    if (section === MEMORY_SECTION) {
      const [count, flags] = [number(), number()];
      if (count !== 1 || flags !== 1) break;
      number(); // the minimum
      let pages = Math.floor(bytes / PAGE_BYTES);
      for (; at < end; at++, pages = Math.floor(pages / 128)) {
        copy[at] = (pages % 128) + (at < end - 1 ? 128 : 0);
      }
      return copy;
    }
    at = end;
  }
  throw new Error("the WebAssembly module has no single memory with a maximum");
}
