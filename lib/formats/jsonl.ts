import { readFile } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";
import type { Row } from "./row.ts";

const NEWLINE = 0x0a;

/**
 * Reads a JSON Lines file: one JSON object a line, UTF-8, empty lines skipped.
 *
 * @param onBad told of each line that is not valid UTF-8, not valid JSON or not an object, by an error that names file and
 * line; such a line is left out. Without it the first one is thrown.
 * @throws UsageError for a file that cannot be read
 */
export async function readJsonLines(
  path: string,
  onBad: (error: UsageError) => void = (error) => {
    throw error;
  },
): Promise<Row[]> {
  const bytes = await readBytes(path);
  const rows: Row[] = [];
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const place = `${path} line ${line}`;
    try {
      const text = decode(bytes.subarray(start, end), place);
      if (text.trim() !== "") rows.push({ place, fields: parse(text, place) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      onBad(error);
    }
    start = end + 1;
  }
  return rows;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function decode(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${place}: not valid UTF-8; save the file as UTF-8`);
  }
}

function parse(text: string, place: string): Row["fields"] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${place}: not valid JSON (${(error as Error).message}); one JSON object a line is expected`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${place}: found ${text.trim().slice(0, 40)}; one JSON object a line is expected`);
  }
  return value as Row["fields"];
}
