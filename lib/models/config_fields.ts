import { readFile } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";

/** The fields of a model's `config.json`, each checked when it is asked for. A field that is null counts as absent. */
export class ConfigFields {
  readonly #fields: Readonly<Record<string, unknown>>;

  /**
   * @param path of the file, for errors
   * @param within the dotted path of the object in the file, empty for the whole
   */
  constructor(readonly path: string, fields: object, private readonly within = "") {
    this.#fields = fields as Record<string, unknown>;
  }

  /** The names of all fields. */
  get names(): string[] {
    return Object.keys(this.#fields);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  /** A number; `otherwise` where there is none. Errors are those of all fields: see {@linkcode count}. */
  number(name: string, otherwise?: number): number {
    return this.#field(name, "a number", otherwise, (value) => Number.isFinite(value));
  }

  /**
   * A whole number above 0.
   *
   * @param otherwise where the field is absent
   * @throws UsageError where it is absent and there is no `otherwise`, or of another type
   */
  count(name: string, otherwise?: number): number {
    const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
    return this.#field(name, "a whole number above 0", otherwise, isCount);
  }

  /** Two whole numbers above 0, or one that stands for both. */
  pair(name: string): readonly [number, number] {
    const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
    const isPair = (value: unknown) =>
      isCount(value) || Array.isArray(value) && value.length === 2 && value.every(isCount);
    const value = this.#field<number | [number, number]>(
      name,
      "one or two whole numbers above 0",
      undefined,
      isPair,
    );
    return typeof value === "number" ? [value, value] : value;
  }

  text(name: string, otherwise?: string): string {
    return this.#field(name, "a text", otherwise, (value) => typeof value === "string");
  }

  flag(name: string, otherwise?: boolean): boolean {
    return this.#field(name, "true or false", otherwise, (value) => typeof value === "boolean");
  }

  /** A list of texts; one text by itself is a list of one. */
  texts(name: string, otherwise?: readonly string[]): readonly string[] {
    const isText = (value: unknown) => typeof value === "string";
    const isTexts = (value: unknown) => isText(value) || Array.isArray(value) && value.every(isText);
    return [this.#field<string | readonly string[]>(name, "a list of texts", otherwise, isTexts)].flat();
  }

  /** The fields of an object within; one without fields where it is absent. */
  object(name: string): ConfigFields {
    const isObject = (value: unknown) => typeof value === "object" && !Array.isArray(value);
    return new ConfigFields(
      this.path,
      this.#field(name, "an object", {}, isObject),
      `${this.within}${name}.`,
    );
  }

  /** The error for a field that this library has no use for. */
  refusal(name: string, expected: string): UsageError {
    return new UsageError(
      `${this.path}: ${this.within}${name} is ${
        JSON.stringify(this.#fields[name]) ?? "absent"
      }; expected ${expected}`,
    );
  }

  #field<T>(name: string, expected: string, otherwise: T | undefined, fits: (value: unknown) => boolean): T {
    if (!this.has(name)) {
      if (otherwise !== undefined) return otherwise;
      throw this.refusal(name, `${expected}: bring the model's own config.json again`);
    }
    if (fits(this.#fields[name])) return this.#fields[name] as T;
    throw this.refusal(name, `${expected}: bring the model's own config.json again`);
  }
}

/**
 * The fields of a JSON file.
 *
 * @throws UsageError where it is absent, or holds no JSON object
 */
export async function readConfig(path: string): Promise<ConfigFields> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new UsageError(
      `${path} cannot be read; a model's folder holds config.json, its weights and its tokenizer`,
    );
  }
  try {
    const fields = JSON.parse(text);
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
      return new ConfigFields(path, fields);
    }
  } catch {
    // told below
  }
  throw new UsageError(`${path} holds no JSON object; bring the file again`);
}
