import { UsageError } from "../usage_error.ts";
import { matchPeftPattern, type PeftLoraConfig, type PeftVeraConfig } from "./peft_config.ts";
import type { NamedArray } from "./safetensors.ts";

/** The tensors of a PEFT adapter by their names in its file. */
export type PeftTensors = ReadonlyMap<string, NamedArray>;

/** The factors of one map (m, n). */
export interface PeftLoraModule {
  readonly A: NamedArray; // (r, n)
  readonly B: NamedArray; // (m, r)
  readonly alpha: number;
  /** DoRA: the norms of the adapted weight's rows; all maps have them or none. */
  readonly magnitude: NamedArray | null; // (m)
}

/** The vectors of one map (m, n). */
export interface PeftVeraModule {
  readonly d: NamedArray; // (r)
  readonly b: NamedArray; // (m)
}

/** A map (m, n) that trains whole: its weights as they are. */
export interface PeftSavedModule {
  readonly weight: NamedArray; // (m, n)
  readonly bias: NamedArray | null; // (m)
}

/** The matrices that all maps share; each takes the columns and rows of its own size. */
export interface PeftVeraProjections {
  readonly A: NamedArray; // (r, most n)
  readonly B: NamedArray; // (most m, r)
}

/** How PEFT names the tensors of one adapted map, after {@linkcode peftPrefix} and the map's name. */
export const peftParts = {
  LORA: { A: "lora_A.weight", B: "lora_B.weight", magnitude: "lora_magnitude_vector" },
  VERA: { d: "vera_lambda_d", b: "vera_lambda_b" },
} as const;

/** What stands before each map's name. */
export const peftPrefix = "base_model.model.";

/** The names of VeRA's shared matrices. */
export const veraProjections = { A: "base_model.vera_A", B: "base_model.vera_B" } as const;

/**
 * The factors of each map, checked against the configuration.
 *
 * @throws UsageError naming `path` where a part is missing or has another shape than the rank makes it
 */
export function peftLoraModules(
  tensors: PeftTensors,
  config: PeftLoraConfig,
  path: string,
): Map<string, PeftLoraModule> {
  const modules = new Map<string, PeftLoraModule>();
  for (const [module, parts] of groupByModule(tensors, peftParts.LORA, path)) {
    const rank = matchPeftPattern(config.rankPattern, module, config.r);
    const alpha = matchPeftPattern(config.alphaPattern, module, config.alpha);
    const part = (name: keyof typeof parts, shape: readonly (number | null)[]) =>
      requirePart(parts, name, shape, `${path}: ${module}'s ${peftParts.LORA[name]}`);
    const A = part("A", [rank, null]);
    const B = part("B", [null, rank]);
    if (!config.dora && parts.magnitude) {
      throw new UsageError(
        `${path}: ${module} has a DoRA magnitude, and use_dora is off; save it again in PEFT`,
      );
    }
    modules.set(module, { A, B, alpha, magnitude: config.dora ? part("magnitude", [B.shape[0]!]) : null });
  }
  return modules;
}

/**
 * The shared matrices and the vectors of each map, checked against the configuration.
 *
 * @throws UsageError naming `path` where a part is missing or has another shape than the rank makes it
 */
export function peftVeraModules(
  tensors: PeftTensors,
  { r, saveProjection }: PeftVeraConfig,
  path: string,
): { projections: PeftVeraProjections | null; modules: Map<string, PeftVeraModule> } {
  const vectors = new Map(tensors);
  const projection = (name: "A" | "B", shape: readonly (number | null)[]) => {
    const key = veraProjections[name];
    const array = requirePart({ [name]: vectors.get(key) }, name, shape, `${path}: ${key}`);
    vectors.delete(key);
    return array;
  };
  const projections = saveProjection
    ? { A: projection("A", [r, null]), B: projection("B", [null, r]) }
    : null;
  const modules = new Map<string, PeftVeraModule>();
  for (const [module, parts] of groupByModule(vectors, peftParts.VERA, path)) {
    const part = (name: keyof typeof parts, shape: readonly (number | null)[]) =>
      requirePart(parts, name, shape, `${path}: ${module}'s ${peftParts.VERA[name]}`);
    const [d, b] = [part("d", [r]), part("b", [null])];
    const rows = projections?.B.shape[0] ?? Infinity;
    if (b.shape[0]! > rows) {
      throw new UsageError(
        `${path}: ${module}'s ${peftParts.VERA.b} is [${b.shape}], and ${veraProjections.B} has ${rows} rows; ` +
          "save it again in PEFT",
      );
    }
    modules.set(module, { d, b });
  }
  return { projections, modules };
}

const savedParts = { weight: "weight", bias: "bias" } as const;

/**
 * The maps that the file holds whole (PEFT's `modules_to_save`), and the tensors of the rest.
 *
 * @param modules names, or ends of names, of the parts of the model that are kept so
 * @throws UsageError naming `path` where such a part is no linear map
 */
export function peftSavedModules(
  tensors: PeftTensors,
  modules: readonly string[],
  path: string,
): { saved: Map<string, PeftSavedModule>; rest: PeftTensors } {
  const whole = [...tensors].filter(([name]) => isSaved(name, modules));
  const saved = new Map<string, PeftSavedModule>();
  if (whole.length === 0) return { saved, rest: tensors };
  for (const [module, parts] of groupByModule(new Map(whole), savedParts, path)) {
    const part = (name: "weight" | "bias", shape: readonly (number | null)[]) =>
      requirePart(parts, name, shape, `${path}: ${module}'s ${name}`);
    const weight = part("weight", [null, null]);
    saved.set(module, { weight, bias: parts.bias ? part("bias", [weight.shape[0]!]) : null });
  }
  return { saved, rest: new Map([...tensors].filter(([name]) => !isSaved(name, modules))) };
}

/** Whether a tensor lies in one of these parts of the model. */
function isSaved(tensor: string, modules: readonly string[]): boolean {
  const path = `.${tensor.startsWith(peftPrefix) ? tensor.slice(peftPrefix.length) : tensor}`;
  return modules.some((module) => path.includes(`.${module}.`));
}

/** How PEFT tells which maps are kept whole: by the largest parts of the model in which no other map is adapted. */
export function savedModuleNames(saved: Iterable<string>, adapted: Iterable<string>): string[] {
  const others = [...adapted];
  const names = Array.from(saved, (module) => {
    const parts = module.split(".");
    const free = parts.findIndex((_, i) => {
      const part = `${parts.slice(0, i + 1).join(".")}.`;
      return !others.some((other) => `${other}.`.startsWith(part));
    });
    return parts.slice(0, free + 1).join(".");
  });
  return [...new Set(names)];
}

function groupByModule<Part extends string>(
  tensors: PeftTensors,
  parts: Readonly<Record<Part, string>>,
  path: string,
): Map<string, Partial<Record<Part, NamedArray>>> {
  const names = Object.keys(parts) as Part[];
  const modules = new Map<string, Partial<Record<Part, NamedArray>>>();
  for (const [key, array] of tensors) {
    const part = names.find((name) => key.startsWith(peftPrefix) && key.endsWith(`.${parts[name]}`));
    if (!part) {
      const forms = names.map((name) => `${peftPrefix}….${parts[name]}`).join(", ");
      throw new UsageError(`${path}: the tensor ${key} is not read; linear maps' ${forms} are expected`);
    }
    const module = key.slice(peftPrefix.length, -parts[part].length - 1);
    if (!modules.has(module)) modules.set(module, {});
    modules.get(module)![part] = array;
  }
  if (modules.size === 0) throw new UsageError(`${path} has no adapted map; save the adapter again in PEFT`);
  return modules;
}

/** The part under `name`; null in `shape` stands for any size. */
function requirePart<Part extends string>(
  parts: Partial<Record<Part, NamedArray>>,
  name: Part,
  shape: readonly (number | null)[],
  what: string,
): NamedArray {
  const array = parts[name];
  if (!array) throw new UsageError(`${what} is missing; save the adapter again in PEFT`);
  const fits = array.shape.length === shape.length &&
    shape.every((n, i) => n === null || n === array.shape[i]);
  if (!fits) {
    const expected = shape.map((n) => n ?? "any").join(", ");
    throw new UsageError(
      `${what} is [${
        array.shape.join(", ")
      }], and the configuration's rank makes it [${expected}]; save it again in PEFT`,
    );
  }
  return array;
}
