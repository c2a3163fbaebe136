import type { Addon, Graph, NodeAttribute } from "./node_backend.ts";

/** An argument of a TensorFlow operation: the attribute that holds its length where it is a list, else null. */
type Argument = { readonly lengthAttribute: string | null };

const known = new Map<string, readonly Argument[]>();

/** An operation's inputs as its definition groups them: one by one, or together where an argument is a list. */
export function argumentLists(
  addon: Addon,
  graph: Graph,
  operation: string,
  attributes: readonly NodeAttribute[],
  values: readonly number[],
): (number | readonly number[])[] {
  const args = known.get(operation) ?? inputArguments(addon.operationDefinition(graph, operation));
  known.set(operation, args);
  let next = 0;
  return args.map(({ lengthAttribute }) => {
    if (lengthAttribute === null) return values[next++]!;
    const value = attributes.find(({ name }) => name === lengthAttribute)?.value;
    const length = Array.isArray(value) ? value.length : Number(value);
    return values.slice(next, next += length);
  });
}

/** Field numbers of TensorFlow's op_def.proto. */
const field = { inputArgument: 2, numberAttribute: 5, typeListAttribute: 6 };

/** The arguments of an operation, out of its serialized OpDef. */
function inputArguments(definition: Uint8Array): Argument[] {
  return [...fields(definition)].filter(({ number }) => number === field.inputArgument).map(({ bytes }) => {
    const length = [...fields(bytes)].find(({ number, bytes }) =>
      (number === field.numberAttribute || number === field.typeListAttribute) && bytes.length > 0
    );
    return { lengthAttribute: length ? new TextDecoder().decode(length.bytes) : null };
  });
}

/** The fields of a protocol buffer that have a length (texts and messages); numbers are passed over. */
function* fields(buffer: Uint8Array): Generator<{ number: number; bytes: Uint8Array }> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = buffer[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 2) {
      const length = varint();
      yield { number: tag >> 3, bytes: buffer.subarray(at, at += length) };
    } else if (wireType === 0) varint();
    else at += wireType === 1 ? 8 : 4;
  }
}
