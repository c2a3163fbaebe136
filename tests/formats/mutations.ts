import { Random } from "../../lib/tensor/random.ts";

/** Values that lengths, counts and offsets are most easily broken by. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** `count` seeded damaged copies: cut, with bytes changed, or with a run of eight bytes set to an edge value. */
export function* mutations(
  bytes: Uint8Array,
  count: number,
  seed: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const random = new Random(seed);
  const below = (n: number) => random.int(n);
  for (let i = 0; i < count; i++) {
    const copy = Uint8Array.from(bytes);
    if (i % 3 === 0) {
      yield copy.slice(0, below(bytes.length));
      continue;
    }
    if (i % 3 === 1) {
      for (let k = 0; k <= below(4); k++) copy[below(copy.length)] = below(256);
    } else {
      const at = below(copy.length);
      copy.fill(EDGES[below(EDGES.length)], at, at + 1 + below(8));
    }
    yield copy;
  }
}
