import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { ownPath } from "../../formats/own_path.ts";

let validate: ValidateFunction | undefined;

/** In what a JSON value differs from a record of the present version, `data/record.schema.json`; null for a record. */
export function recordFault(value: unknown): string | null {
  validate ??= new Ajv2020({ allowUnionTypes: true })
    .compile(JSON.parse(readFileSync(ownPath("data/record.schema.json"), "utf8")));
  if (validate(value)) return null;
  const { instancePath, message, params } = validate.errors!.at(-1)!;
  const more = "allowedValue" in params ? ` ${JSON.stringify(params.allowedValue)}` : "";
  return `${instancePath.slice(1).replaceAll("/", ".") || "it"} ${message}${more}`;
}
