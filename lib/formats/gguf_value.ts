import type { FileCursor } from "./file_cursor.ts";

/** The numbers of an array in the metadata, in the narrowest typed array that holds them. */
export type GgufNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** One value of a GGUF file's metadata; a 64-bit integer is a bigint only where a number cannot hold it. */
export type GgufValue = string | number | bigint | boolean | GgufNumbers | readonly GgufValue[];

/** Makes the error for a file that is not what it should be. */
export type Refuse = (what: string) => Error;

interface NumberKind {
  readonly size: number;
  read(cursor: FileCursor): number | bigint;
  array(length: number): GgufNumbers;
}

const NUMBER_KINDS: ReadonlyMap<number, NumberKind> = new Map<number, NumberKind>([
  [0, { size: 1, read: (c) => c.u8(), array: (n) => new Uint8Array(n) }],
  [1, { size: 1, read: (c) => c.i8(), array: (n) => new Int8Array(n) }],
  [2, { size: 2, read: (c) => c.u16(), array: (n) => new Uint16Array(n) }],
  [3, { size: 2, read: (c) => c.i16(), array: (n) => new Int16Array(n) }],
  [4, { size: 4, read: (c) => c.u32(), array: (n) => new Uint32Array(n) }],
  [5, { size: 4, read: (c) => c.i32(), array: (n) => new Int32Array(n) }],
  [6, { size: 4, read: (c) => c.f32(), array: (n) => new Float32Array(n) }],
  [10, { size: 8, read: (c) => c.u64(), array: (n) => new BigUint64Array(n) }],
  [11, { size: 8, read: (c) => c.i64(), array: (n) => new BigInt64Array(n) }],
  [12, { size: 8, read: (c) => c.f64(), array: (n) => new Float64Array(n) }],
]);
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
/** Arrays of arrays deeper than this occur in no real file and would let a damaged one nest without end. */
const MAX_DEPTH = 4;

/** The next value of the metadata: its type's number, then the value. */
export function readValue(cursor: FileCursor, refuse: Refuse): GgufValue {
  return readTyped(cursor, cursor.u32(), 0, refuse);
}

/** A length or count of 64 bits, refused when `unit` bytes for each would reach past the end of the file. */
export function readCount(cursor: FileCursor, unit: number, what: string, refuse: Refuse): number {
  const at = cursor.position;
  const count = cursor.u64();
  if (count > BigInt(Math.floor(cursor.remaining / unit))) {
    throw refuse(`${what} at byte ${at} is ${count}, and only ${cursor.remaining} bytes follow`);
  }
  return Number(count);
}

/** The next string: its length in bytes as 64 bits, then UTF-8. */
export function readString(cursor: FileCursor, refuse: Refuse): string {
  const at = cursor.position;
  const length = readCount(cursor, 1, "the length of a string", refuse);
  try {
    return cursor.text(length);
  } catch (error) {
    if (error instanceof TypeError) throw refuse(`the string at byte ${at} is not UTF-8`);
    throw error;
  }
}

function readTyped(cursor: FileCursor, type: number, depth: number, refuse: Refuse): GgufValue {
  const kind = NUMBER_KINDS.get(type);
  if (kind) {
    const value = kind.read(cursor);
    return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (type === BOOL) return readBool(cursor, refuse);
  if (type === STRING) return readString(cursor, refuse);
  if (type === ARRAY) return readArray(cursor, depth, refuse);
  throw refuse(`there is no value type ${type} (before byte ${cursor.position})`);
}

function readBool(cursor: FileCursor, refuse: Refuse): boolean {
  const byte = cursor.u8();
  if (byte > 1) throw refuse(`a boolean is ${byte} (before byte ${cursor.position}); 0 or 1 is expected`);
  return byte === 1;
}

function readArray(cursor: FileCursor, depth: number, refuse: Refuse): GgufValue {
  if (depth === MAX_DEPTH) throw refuse(`arrays are nested more than ${MAX_DEPTH} deep`);
  const type = cursor.u32();
  const kind = NUMBER_KINDS.get(type);
  if (kind) {
    const numbers = kind.array(readCount(cursor, kind.size, "the length of an array", refuse));
    for (let i = 0; i < numbers.length; i++) numbers[i] = kind.read(cursor);
    return numbers;
  }
  const smallest = type === STRING ? 8 : type === ARRAY ? 12 : 1;
  const count = readCount(cursor, smallest, "the length of an array", refuse);
  const values: GgufValue[] = [];
  for (let i = 0; i < count; i++) values.push(readTyped(cursor, type, depth + 1, refuse));
  return values;
}
