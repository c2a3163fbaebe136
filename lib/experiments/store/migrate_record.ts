import { recordSchema } from "../record.ts";
import { completeSpec, type PartialSpec } from "../spec.ts";

interface Loose {
  readonly [field: string]: unknown;
}

/** From each version to the next: `migrations[0]` makes the second of the first. */
const migrations: readonly ((record: Loose) => Loose)[] = [toSecond, toThird];

/**
 * A record in the form of the present version. What an older one does not tell is null, and not made up. A value that is no record, or
 * one of a version to come, is given back as it is.
 */
export function migrateRecord(value: unknown): unknown {
  if (!isObject(value) || !isObject(value.run)) return value;
  const { schema = 1 } = value;
  if (typeof schema !== "number" || !(schema >= 1 && schema < recordSchema)) return value;
  return migrations.slice(schema - 1).reduce((record, migrate) => migrate(record), value);
}

/** The first had specs with fewer fields, no time of compiling or scoring, and no digest of the code. */
function toSecond(record: Loose): Loose {
  const { run, train, eval: score, meta } = record;
  const spec = (run as Loose).spec;
  return {
    ...record,
    schema: 2,
    run: { ...run as Loose, spec: completed(spec) },
    train: isObject(train) ? { compile_s: null, ...train } : train,
    eval: isObject(score) ? { eval_s: null, ...score } : score,
    meta: isObject(meta) ? { code_digest: null, ...meta } : meta,
  };
}

/** The second had runs scored on their own task alone, of whose answers nobody chose the length, and specs without these fields. */
function toThird(record: Loose): Loose {
  const { run } = record;
  const spec = (run as Loose).spec;
  return { ...record, schema: 3, run: { ...run as Loose, spec: completed(spec) } };
}

function completed(spec: unknown): unknown {
  try {
    return completeSpec(spec as PartialSpec);
  } catch {
    return spec; // what is wrong with it, the schema says
  }
}

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
