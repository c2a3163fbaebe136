import { decodeBF16, decodeF16, decodeF32 } from "./half.ts";
import type { NumberBlocks } from "./read_numbers.ts";

type Read = (view: DataView, at: number) => number;

/** Numbers of one type, little-endian; what f32 cannot hold is rounded. */
function numbers(typeSize: number, read: Read): NumberBlocks {
  return single(typeSize, (from, out) => {
    const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
    for (let i = 0; i < out.length; i++) out[i] = read(view, i * typeSize);
  });
}

function single(typeSize: number, decode: NumberBlocks["decode"]): NumberBlocks {
  return { blockSize: 1, typeSize, decode };
}

/** The types of safetensors that are read, by their names there. Adding a type is adding a row. */
export const NUMBER_TYPES: ReadonlyMap<string, NumberBlocks> = new Map([
  ["F32", { ...single(4, decodeF32), asInMemory: true }],
  ["F16", single(2, decodeF16)],
  ["BF16", single(2, decodeBF16)],
  ["F64", numbers(8, (view, at) => view.getFloat64(at, true))],
  ["I8", numbers(1, (view, at) => view.getInt8(at))],
  ["I16", numbers(2, (view, at) => view.getInt16(at, true))],
  ["I32", numbers(4, (view, at) => view.getInt32(at, true))],
  ["I64", numbers(8, (view, at) => Number(view.getBigInt64(at, true)))],
  ["U8", numbers(1, (view, at) => view.getUint8(at))],
  ["BOOL", numbers(1, (view, at) => view.getUint8(at) === 0 ? 0 : 1)],
]);
