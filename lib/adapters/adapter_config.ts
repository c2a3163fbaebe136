import { join } from "node:path";
import { isRecord } from "../formats/json.ts";
import { readJsonObject } from "../formats/read_json.ts";
import { UsageError } from "../usage_error.ts";
import type { AdapterSpec } from "./adapter_spec.ts";

/** The description of a saved adapter, which lies beside its factors. */
export const configFile = "adapter.json";

/** What {@link configFile} holds. */
export interface AdapterConfig {
  readonly format: "nlora-adapter";
  readonly version: 1;
  readonly model: { readonly name: string; readonly digest: string };
  readonly adapter: AdapterSpec;
  /** The names of tensors that the file leaves out, with those of the equal ones that it has. */
  readonly same?: Readonly<{ [name: string]: string }>;
}

/**
 * Reads the description of the adapter in a folder. Its values have their types; whether they fit a model is not told.
 *
 * @throws UsageError where there is none, or it is damaged
 */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, configFile);
  const config = await readJsonObject(path).catch((error) => {
    if (!/no such file/.test(error.message)) throw error;
    throw new UsageError(
      `there is no adapter in ${folder}: ${configFile} is expected there; give the folder of one`,
    );
  });
  const { model, adapter, same = {} } = config;
  const whole = config.format === "nlora-adapter" && config.version === 1 && isRecord(model) &&
    isText(model.name) && isText(model.digest) && isRecord(adapter) && isRecordOf(isText)(same);
  const wrong = whole && Object.entries(FIELDS).find(([name, fits]) => !fits(adapter[name]))?.[0];
  if (!whole || wrong) {
    throw new UsageError(
      `${path} is not the description of an adapter of this library${
        wrong ? ` (${wrong})` : ""
      }; train it again`,
    );
  }
  return { ...config, adapter: { modules_to_save: [], ...adapter } } as unknown as AdapterConfig;
}

type Fits = (value: unknown) => boolean;

const isText: Fits = (value) => typeof value === "string";
const isNumber: Fits = (value) => typeof value === "number";
const isFlag: Fits = (value) => typeof value === "boolean";
const isListOf = (fits: Fits): Fits => (value) => Array.isArray(value) && value.every(fits);
const isRecordOf = (fits: Fits): Fits => (value) => isRecord(value) && Object.values(value).every(fits);
const either = (...all: Fits[]): Fits => (value) => all.some((fits) => fits(value));
const isAbsent: Fits = (value) => value === undefined;

const FIELDS: Readonly<Record<string, Fits>> = {
  method: isText,
  rank: isNumber,
  alpha: isNumber,
  rslora: isFlag,
  seed: isNumber,
  targets: either(isText, isListOf(isText)),
  layers: either((value) => value === null, isListOf(isNumber)),
  rank_pattern: isRecordOf(isNumber),
  alpha_pattern: isRecordOf(isNumber),
  modules_to_save: either(isAbsent, isListOf(isText)),
  init: either(isAbsent, isText),
  core: either(isAbsent, isText),
  rows: either(isAbsent, isText),
  columns: either(isAbsent, isText),
  rtol: either(isAbsent, isNumber, (value) => value === null),
  residual: either(isAbsent, isFlag),
  core_form: either(isAbsent, isText),
  core_rank: either(isAbsent, isNumber, (value) => value === null),
  core_tying: either(isAbsent, isText),
};
