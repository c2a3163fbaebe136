import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { goldenFolder } from "./golden_encoder.ts";

const words = "abcdefghijklmnopqrstuvwxyz012345678";

/** Writes the tiny BERT into a folder of its own there, with a tokenizer whose words are single letters and digits. */
export async function tinyBert(folder: string): Promise<string> {
  const path = join(folder, "tiny_bert");
  await mkdir(path);
  for (const name of ["config.json", "model.safetensors"]) {
    await copyFile(join(goldenFolder("bert"), name), join(path, name));
  }
  const file = join(import.meta.dirname!, "..", "golden", "tokenizers", "bert.json");
  const tokenizer = JSON.parse(await readFile(file, "utf8"));
  const special = Object.entries(tokenizer.model.vocab).slice(0, 5);
  tokenizer.model.vocab = Object.fromEntries([...special, ...[...words].map((word, i) => [word, 5 + i])]);
  await writeFile(join(path, "tokenizer.json"), JSON.stringify(tokenizer));
  await writeFile(join(path, "tokenizer_config.json"), '{"sep_token": "[SEP]"}');
  return path;
}
