import { UsageError } from "../usage_error.ts";
import { isRecord, shownJson } from "./json.ts";
import { NUMBER_TYPES } from "./number_types.ts";

/** Where one tensor lies in a safetensors file; `begin` and `end` count bytes from the start of the data. */
export interface SafetensorsEntry {
  readonly name: string;
  /** One of {@link NUMBER_TYPES}. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The header of a safetensors file, checked against the `dataBytes` that follow it: the tensors must fill them
 * from the first byte to the last without a gap or an overlap, as the format demands.
 *
 * @throws UsageError naming `path` and what is wrong.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  dataBytes: number,
  path: string,
): { entries: SafetensorsEntry[]; metadata: Record<string, string> } {
  const refuse = (what: string) =>
    new UsageError(`${path} is not a whole safetensors file: ${what}; bring the file again`);
  const header = parseJson(bytes);
  if (!isRecord(header)) throw refuse("its header is not a JSON object");
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw refuse("its __metadata__ are not texts");
  }

  const entries = Object.entries(tensors).map(([name, entry]): SafetensorsEntry => {
    const bad = (what: string) => refuse(`the tensor ${shownName(name)} ${what}`);
    if (!isRecord(entry)) throw bad("has no entry");
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== "string") throw bad("has no dtype");
    if (!isCounts(shape)) throw bad(`has the shape ${shownJson(shape)}`);
    if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
      throw bad(`lies at ${shownJson(offsets)} of ${dataBytes} bytes`);
    }
    const type = NUMBER_TYPES.get(dtype);
    if (!type) {
      const readable = [...NUMBER_TYPES.keys()].join(", ");
      throw new UsageError(
        `${path}: the tensor ${shownName(name)} has type ${shownName(dtype)}, which is not read; ` +
          `choose a file with ${readable} only`,
      );
    }
    const [begin, end] = offsets;
    const expected = shape.reduce((product, n) => product * n, type.typeSize);
    if (expected !== end - begin) {
      throw bad(`of type ${dtype} and shape [${shape}] has ${end - begin} bytes instead of ${expected}`);
    }
    return { name, type: dtype, shape, begin, end };
  });

  let filled = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled) {
      throw refuse(`the tensor ${shownName(name)} begins at byte ${begin} instead of ${filled}`);
    }
    filled = end;
  }
  if (filled !== dataBytes) {
    throw refuse(`its tensors have ${filled} bytes, and ${dataBytes} follow the header`);
  }
  return { entries, metadata: metadata as Record<string, string> };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** A name for a message, cut where it is long. */
function shownName(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
