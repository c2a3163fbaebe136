import { UsageError } from "../usage_error.ts";
import { shownJson } from "./json.ts";

/** What is the same for every kind of adapter. */
interface PeftConfigBase {
  readonly r: number;
  /** Names (or ends of names) of the adapted maps, or one regular expression, as in `target_modules`. */
  readonly targetModules: string | readonly string[] | null;
  /** Names (or ends of names) of the parts of the model that train whole and lie in the file as they are. */
  readonly modulesToSave: readonly string[];
  readonly baseModel: string | null;
  readonly taskType: string | null;
}

/** An `adapter_config.json` of type LORA. */
export interface PeftLoraConfig extends PeftConfigBase {
  readonly type: "LORA";
  readonly alpha: number;
  /** Regular expressions on the end of a map's name, with its own rank; the first that matches counts. */
  readonly rankPattern: PeftPattern;
  /** The same for alpha. */
  readonly alphaPattern: PeftPattern;
  /** Whether s = alpha / √r instead of alpha / r. */
  readonly rslora: boolean;
  readonly dora: boolean;
  /** The start that PEFT computes from the given weights and takes off them on reading, or null. */
  readonly start: PeftStart | null;
}

/** An `adapter_config.json` of type VERA. */
export interface PeftVeraConfig extends PeftConfigBase {
  readonly type: "VERA";
  /** Whether the shared matrices are in the file; otherwise they are drawn from `projectionKey`. */
  readonly saveProjection: boolean;
  readonly projectionKey: number;
}

/** The part of an `adapter_config.json` that decides what an adapter computes. */
export type PeftConfig = PeftLoraConfig | PeftVeraConfig;

/** Regular expressions and the number for the maps whose names they match. */
export type PeftPattern = ReadonlyMap<string, number>;

/** A start that follows from the weights alone. */
export type PeftStart = typeof starts[number];

const starts = ["pissa", "olora"] as const;
/** Starts that leave the weights as they are. */
const plainStarts: readonly unknown[] = [true, false, null, "gaussian", "eva", "orthogonal"];

/** Options that are read, or that change nothing about what a trained adapter computes. */
const known = new Set([
  ...[
    "peft_type",
    "peft_version",
    "task_type",
    "auto_mapping",
    "base_model_name_or_path",
    "revision",
    "inference_mode",
  ],
  ...[
    "target_modules",
    "modules_to_save",
    "exclude_modules",
    "layers_to_transform",
    "layers_pattern",
    "r",
    "runtime_config",
  ],
  ...[
    "lora_alpha",
    "lora_dropout",
    "rank_pattern",
    "alpha_pattern",
    "use_rslora",
    "use_dora",
    "init_lora_weights",
  ],
  ...["eva_config", "megatron_core", "qalora_group_size"],
  ...["vera_dropout", "d_initial", "init_weights", "projection_prng_key", "save_projection"],
]);

/**
 * Reads the JSON of an `adapter_config.json`. Any option that is not known to leave the result alone must be off, so
 * that an adapter is never read as something else than PEFT takes it for.
 *
 * @param path named in messages
 * @throws UsageError for damaged JSON, another kind of adapter, an option that is not read, or a value out of range
 */
export function parsePeftConfig(text: string, path: string): PeftConfig {
  const json = parseObject(text, path);
  const type = json.peft_type;
  if (type !== "LORA" && type !== "VERA") {
    throw new UsageError(
      `${path}: peft_type is ${shownJson(type)}; LORA (with rsLoRA, DoRA, PiSSA, OLoRA) and VERA are read`,
    );
  }
  for (const [option, value] of Object.entries(json)) {
    if (!known.has(option) && !isOff(value)) {
      throw new UsageError(
        `${path}: ${option} is ${
          shownJson(value)
        }, which is not read; merge the adapter in PEFT, or train it without`,
      );
    }
  }
  const read = new Fields(json, path);
  const base = {
    r: read.rank("r"),
    targetModules: read.targets("target_modules"),
    modulesToSave: read.texts("modules_to_save"),
    baseModel: read.text("base_model_name_or_path"),
    taskType: read.text("task_type"),
  };
  if (type === "VERA") {
    const projectionKey = json.projection_prng_key === undefined ? 0 : read.number("projection_prng_key");
    return { ...base, type, saveProjection: read.flag("save_projection", true), projectionKey };
  }
  const dora = read.flag("use_dora", false);
  return {
    ...base,
    type,
    alpha: read.number("lora_alpha"),
    rankPattern: read.pattern("rank_pattern"),
    alphaPattern: read.pattern("alpha_pattern"),
    rslora: read.flag("use_rslora", false),
    dora,
    start: readStart(json.init_lora_weights ?? null, dora, path),
  };
}

/** The number that a pattern gives to a map, or `otherwise`. */
export function matchPeftPattern(pattern: PeftPattern, module: string, otherwise: number): number {
  for (const [expression, value] of pattern) {
    if (patternExpression(expression).test(module)) return value;
  }
  return otherwise;
}

/** PEFT's reading of a pattern: it must match up to the end of the name, from its start or from a dot. */
function patternExpression(expression: string): RegExp {
  return new RegExp(`^(?:.*\\.)?(?:${expression})$`, "u");
}

function readStart(start: unknown, dora: boolean, path: string): PeftStart | null {
  if (plainStarts.includes(start)) return null;
  const known = starts.find((name) => name === start);
  if (known && !dora) return known;
  const what = known ? `"${known}" together with use_dora` : shownJson(start);
  throw new UsageError(
    `${path}: init_lora_weights is ${what}: what its start took off the weights cannot be told from these files ` +
      "exactly; save the adapter in PEFT with path_initial_model_for_weight_conversion, which makes a plain LoRA of it",
  );
}

function isOff(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value || value === "none";
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is damaged (${(error as Error).message}); bring the file again`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new UsageError(`${path} is not a JSON object; bring the file again`);
  }
  return json as Record<string, unknown>;
}

/** Typed access to the fields of one configuration. */
class Fields {
  constructor(readonly json: Readonly<Record<string, unknown>>, readonly path: string) {}

  number(name: string): number {
    const value = this.json[name];
    if (typeof value !== "number") throw this.#wrong(name, "a number");
    return value;
  }

  rank(name: string): number {
    const value = this.json[name];
    if (!isRank(value)) throw this.#wrong(name, "a whole number from 1");
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.json[name] ?? otherwise;
    if (typeof value !== "boolean") throw this.#wrong(name, "true or false");
    return value;
  }

  text(name: string): string | null {
    const value = this.json[name] ?? null;
    if (value !== null && typeof value !== "string") throw this.#wrong(name, "a text");
    return value;
  }

  targets(name: string): string | readonly string[] | null {
    const value = this.json[name] ?? null;
    const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
    if (value !== null && typeof value !== "string" && !isList) throw this.#wrong(name, "a text or texts");
    return value as string | readonly string[] | null;
  }

  texts(name: string): readonly string[] {
    const value = this.targets(name) ?? [];
    if (typeof value === "string") throw this.#wrong(name, "a list of texts");
    return [...new Set(value)];
  }

  pattern(name: string): PeftPattern {
    const value = this.json[name] ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw this.#wrong(name, "an object");
    const entries = Object.entries(value as Record<string, unknown>);
    for (const [expression, number] of entries) {
      const fits = name === "rank_pattern" ? isRank(number) : typeof number === "number";
      if (!fits) throw this.#wrong(name, "an object of numbers");
      try {
        patternExpression(expression);
      } catch {
        throw new UsageError(
          `${this.path}: ${name} has the regular expression ${
            shownJson(expression)
          }, which JavaScript does not ` +
            "understand; write it without Python's own syntax",
        );
      }
    }
    return new Map(entries as [string, number][]);
  }

  #wrong(name: string, expected: string): UsageError {
    const came = name in this.json ? shownJson(this.json[name]) : "missing";
    return new UsageError(`${this.path}: ${name} is ${came}; ${expected} is expected`);
  }
}

function isRank(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
