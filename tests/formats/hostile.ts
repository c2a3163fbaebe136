import { Random } from "../../lib/tensor/random.ts";
import { join, u64 } from "./tiny_gguf.ts";

/** What lengths, counts, offsets and types are most easily broken by. */
const NUMBERS = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0xffffn,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
]
  .concat([2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]);

/** Stands for arrays within arrays, too deep to be written by JSON.stringify. */
const DEEP = "@deep";

/** What the values of a JSON file are most easily broken by. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308],
  ...[
    "",
    " ",
    "\0",
    "../../etc/passwd",
    "/etc/passwd",
    "__proto__",
    "\ud800",
    "(",
    "F16",
    "x".repeat(100_000),
  ],
  ...[[], {}, [[]], { type: "Sequence" }, DEEP, [DEEP]],
];

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array<ArrayBuffer>;

/** Damage to any file: cut, bytes changed, a number put in place of what is there, a part removed, doubled or made no UTF-8. */
const ANY: readonly Damage[] = [
  (bytes, random) => Uint8Array.from(bytes.subarray(0, random.int(bytes.length))),
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    for (let k = random.int(6); k >= 0; k--) copy[random.int(copy.length)] = random.int(256);
    return copy;
  },
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const number = random.pick([...NUMBERS, BigInt(bytes.length), BigInt(bytes.length - random.int(64))]);
    const width = random.pick([4, 8]);
    copy.set(u64(BigInt.asUintN(64, number)).subarray(0, width), random.int(copy.length - width));
    return copy;
  },
  (bytes, random) => {
    const [from, to] = [random.int(bytes.length), random.int(bytes.length)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    return random.int(2)
      ? join(bytes.subarray(0, from), bytes.subarray(to))
      : join(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    copy.set(
      random.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5], [0]]),
      random.int(copy.length - 3),
    );
    return copy;
  },
];

/** A value of JSON with one to three of its parts replaced, removed or renamed. */
function damagedValue(value: unknown, random: Random): unknown {
  const copy = structuredClone(value);
  for (let k = random.int(3); k >= 0; k--) {
    const [holder, key] = somePart(copy, random);
    if (holder === null) return structuredClone(random.pick(VALUES));
    const change = random.int(4);
    if (change === 0) delete holder[key];
    else if (change === 1) {
      const [other, name] = somePart(copy, random);
      if (other && other[name] !== copy) holder[key] = structuredClone(other[name]);
    } else holder[key] = structuredClone(random.pick(VALUES));
  }
  return copy;
}

/** Walks down from the root, and says which holder has the part at which it stops. */
function somePart(root: unknown, random: Random): [holder: Record<string, unknown> | null, key: string] {
  let holder: Record<string, unknown> | null = null;
  let key = "";
  for (let at = root, depth = 0; typeof at === "object" && at !== null && depth < 20; depth++) {
    const keys = Object.keys(at);
    if (keys.length === 0 || (holder && random.int(4) === 0)) break;
    holder = at as Record<string, unknown>;
    key = random.pick(keys);
    at = holder[key];
  }
  return [holder, key];
}

/** The text of a damaged JSON value as bytes; now and then with a name twice, or with bytes that are no JSON. */
function damagedJson(value: unknown, random: Random): Uint8Array {
  const depth = random.pick([100, 5_000, 100_000]);
  const text = (JSON.stringify(damagedValue(value, random)) ?? "")
    .replaceAll(JSON.stringify(DEEP), "[".repeat(depth) + "]".repeat(depth));
  return new TextEncoder().encode(random.int(20) ? text : text.replace("{", '{"model":1,"model":2,'));
}

/** Seeded damaged copies of a file of any kind. */
export function* hostileBytes(
  bytes: Uint8Array,
  count: number,
  seed: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) yield random.pick(ANY)(bytes, random);
}

/** Seeded damaged copies of a JSON file: of its values, and now and then of its bytes. */
export function* hostileJson(
  value: unknown,
  count: number,
  seed: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) {
    const bytes = Uint8Array.from(damagedJson(value, random));
    yield random.int(5) || bytes.length < 8 ? bytes : random.pick(ANY)(bytes, random);
  }
}

/** Seeded damaged copies of a safetensors file: of its header's values with the length put right, and of its bytes. */
export function* hostileSafetensors(
  bytes: Uint8Array,
  count: number,
  seed: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const random = new Random(seed);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  for (let i = 0; i < count; i++) {
    if (random.int(2)) yield random.pick(ANY)(bytes, random);
    else {
      const json = damagedJson(header, random);
      yield join(u64(json.length), json, bytes.subarray(8 + length));
    }
  }
}
