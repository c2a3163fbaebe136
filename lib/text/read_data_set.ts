import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { hubFile } from "../formats/hub.ts";
import { shownJson } from "../formats/json.ts";
import { readRows } from "../formats/read_rows.ts";
import type { Row } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import { type DataSet, dataSets, type FieldKind } from "./data_sets.ts";

/** Which rows of a data set to read, and from where. */
export interface DataSource {
  /** Such as `train`, `validation`, `test`; which there are, the data set decides. A folder may hold others beside them. */
  readonly split: string;
  /** A folder that holds the data set's folder, or that folder itself. */
  readonly data?: string;
  /** Rows kept from the start of the split; all when absent. */
  readonly limit?: number;
}

const ENDINGS = ["jsonl", "json", "parquet"];

/**
 * The rows of a data set of the paper, in its order and in the Hub's field names.
 *
 * Read from the folder given (`gsm8k/train.jsonl`, `.json` or `.parquet` in it); or else from the folder that the
 * environment's NLORA_DATA names; or else from the Hub. A field that holds 64-bit integers is given as numbers.
 *
 * @param name from the table of data sets, such as `gsm8k` or `glue/rte`
 * @throws UsageError for an unknown data set or split, when the data is in none of the places, or for a broken row
 *
 * @example
 * ```ts
 * import { readDataSet } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(readDataSet("glue/rte", { split: "dev" }), /train, validation, test/);
 * ```
 */
export async function readDataSet(name: string, { split, data, limit }: DataSource): Promise<Row[]> {
  const set = findDataSet(name);
  const { paths, holds } = await filesOf(set, split, data);
  const rows: Row[] = [];
  for (const path of paths) {
    const found = (await readRows(path)).filter(({ fields }) => holds(fields));
    if (found.length === 0) throw new UsageError(`${path} holds no rows; put a whole copy of ${name} there`);
    rows.push(...found);
  }
  return rows.map((row) => checked(row, set)).slice(0, limit);
}

function findDataSet(name: string): DataSet {
  const set = dataSets.find((set) => set.name === name);
  if (set) return set;
  throw new UsageError(
    `unknown data set ${shownJson(name)}; choose one of ${dataSets.map((set) => set.name).join(", ")}`,
  );
}

/** The files that hold a split, and which of their rows do. */
interface Files {
  readonly paths: readonly string[];
  holds(fields: Row["fields"]): boolean;
}

async function filesOf(
  { name, repo, splits, released }: DataSet,
  split: string,
  data?: string,
): Promise<Files> {
  const all = () => true;
  const folders = data === undefined ? [process.env.NLORA_DATA ?? ""].filter(Boolean) : [data];
  const homes = folders.flatMap((folder) => [join(folder, name), folder]);
  const find = (files: readonly string[]) =>
    homes.flatMap((home) => files.flatMap((file) => ENDINGS.map((ending) => join(home, `${file}.${ending}`))))
      .find(existsSync);
  const places = homes.map((home) => join(home, split));
  const found = find([split]);
  if (found !== undefined) return { paths: [found], holds: all };
  if (!Object.hasOwn(splits, split)) {
    const known = Object.keys(splits).join(", ");
    throw new UsageError(
      `${name} has no split ${
        shownJson(split)
      }; choose one of ${known}, or put ${split}.jsonl into its folder`,
    );
  }
  const whole = released && find(released.files);
  if (whole !== undefined) return { paths: [whole], holds: (fields) => released!.holds(split, fields) };
  const tried = `${places.map((place) => `${place}.jsonl`).join(" or ")} (or .json, .parquet)`;
  if (data !== undefined) {
    throw new UsageError(
      `no ${name} at ${tried}; name the folder that holds ${name}/${split}.jsonl with --data`,
    );
  }
  try {
    const paths: string[] = [];
    for (const path of splits[split]!) paths.push(await hubFile({ repo, path, type: "dataset" }));
    return { paths, holds: all };
  } catch (error) {
    throw new UsageError(
      `no ${name} at ${
        folders.length > 0 ? tried : "NLORA_DATA (not set)"
      }, nor in the Hub's data set ${repo} ` +
        `(${
          (error as Error).message
        }); name a folder that holds ${name}/${split}.jsonl with --data DIR or NLORA_DATA, ` +
        "or allow access to the Hub",
      { cause: error },
    );
  }
}

const KINDS: Readonly<Record<FieldKind, { readonly words: string; fits(value: unknown): boolean }>> = {
  text: { words: "a text", fits: (value) => typeof value === "string" },
  number: { words: "a number", fits: (value) => typeof value === "number" },
  texts: {
    words: "a list of texts",
    fits: (value) => Array.isArray(value) && value.every((text) => typeof text === "string"),
  },
};

/** The row with its 64-bit integers as numbers, its fields being what the data set says. */
function checked({ place, fields }: Row, set: DataSet): Row {
  const plain = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
  for (const [name, kind] of Object.entries(set.fields)) {
    const { words, fits } = KINDS[kind];
    if (fits(plain[name])) continue;
    const came = Object.hasOwn(plain, name) ? `is ${shownJson(plain[name])}` : "is missing";
    throw new UsageError(`${place}: the field "${name}" ${came}; ${words} is expected in ${set.name}`);
  }
  return { place, fields: plain };
}
