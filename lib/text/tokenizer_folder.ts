import { existsSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../formats/json.ts";
import { openFile, readBytes } from "../formats/open_file.ts";
import { readJsonObject } from "../formats/read_json.ts";
import { UsageError } from "../usage_error.ts";
import type { ModelTokenizer } from "./tokenizer.ts";
import { tokenizerFromJson, type TokenizerRoles } from "./tokenizer_json.ts";

/**
 * The tokenizer in a model's folder: `tokenizer.json`, with what `tokenizer_config.json`, `special_tokens_map.json` and
 * `chat_template.jinja` say of it, where they are there.
 *
 * @throws UsageError where there is no `tokenizer.json`, or a file is damaged or has a part that is not read
 *
 * @example
 * ```ts
 * import { tokenizerFromFolder, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(tokenizerFromFolder("no-such-folder"), UsageError);
 * ```
 */
export async function tokenizerFromFolder(folder: string): Promise<ModelTokenizer> {
  const path = join(folder, "tokenizer.json");
  if (!existsSync(path)) {
    throw new UsageError(
      `there is no tokenizer.json in ${folder}; save the tokenizer there with transformers' save_pretrained`,
    );
  }
  const config = await objectIn(join(folder, "tokenizer_config.json"));
  const map = await objectIn(join(folder, "special_tokens_map.json"));
  const template = await textIn(join(folder, "chat_template.jinja"));
  const roles: TokenizerRoles = {
    specialTokens: { ...specialTokens(map), ...specialTokens(config) },
    chatTemplate: template ?? chatTemplate(config.chat_template),
    cleanUp: config.clean_up_tokenization_spaces === true,
  };
  return tokenizerFromJson(await readJsonObject(path), roles, path);
}

async function objectIn(path: string): Promise<Record<string, unknown>> {
  return existsSync(path) ? await readJsonObject(path) : {};
}

async function textIn(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const { handle, size } = await openFile(path);
  try {
    return new TextDecoder().decode(readBytes(handle, path, 0, size));
  } finally {
    await handle.close();
  }
}

/** The fields that name one token, each as its text or as an object with it. */
function specialTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [role, value] of Object.entries(config)) {
    const text = isRecord(value) ? value.content : value;
    if (/^[a-z]+_token$/.test(role) && typeof text === "string") tokens[role] = text;
  }
  return tokens;
}

/** The template itself, or the one called "default" of several. */
function chatTemplate(value: unknown): string | null {
  if (typeof value === "string") return value;
  const named = Array.isArray(value)
    ? value.find((entry) => isRecord(entry) && entry.name === "default")
    : undefined;
  return typeof named?.template === "string" ? named.template : null;
}
