import type { Safetensors } from "../formats/safetensors_file.ts";
import { openSafetensorsFolder, safetensorsFiles } from "../formats/safetensors_folder.ts";
import { tokenizerFromFolder } from "../text/tokenizer_folder.ts";
import { UsageError } from "../usage_error.ts";
import { decoderConfig, decoderParts } from "./decoder_config.ts";
import { Llama } from "./llama.ts";
import type { DecoderType } from "./llama_config.ts";
import type { LoadOptions } from "./load_options.ts";
import type { ModelFolder } from "./model_folder.ts";
import { readLlama } from "./read_llama.ts";
import { shapedPieces, type WeightSource } from "./weight_source.ts";
import { WeightsDigest } from "./weights_digest.ts";

/**
 * Loads a decoder of the LLaMA family from a folder with its tokenizer.
 *
 * @throws UsageError for a file that is missing or damaged, a configuration that asks for what is not done, tensors that it
 *   does not know, or weights that cannot be kept as asked
 */
export async function loadDecoder(
  { path, config: fields }: ModelFolder,
  type: DecoderType,
  name: string,
  options: LoadOptions,
): Promise<Llama> {
  const config = decoderConfig(fields, type);
  const parts = decoderParts(fields, type);
  const tokenizer = await tokenizerFromFolder(path);
  const digest = new WeightsDigest(await safetensorsFiles(path));
  await using file = await openSafetensorsFolder(path);
  const asked = new Set<string>();
  const weights = await readLlama(namesAsked(file, asked), config, parts, options);
  const model = new Llama(name, config, tokenizer, digest, weights);
  const unknown = [...file.tensors.keys()].filter((name) => !asked.has(name) && !isSpare(name));
  if (unknown.length === 0) return model;
  model.dispose();
  throw new UsageError(
    `${path} holds ${unknown.slice(0, 3).join(", ")}${
      unknown.length > 3 ? " and more" : ""
    }, which a ${type} of ` +
      "this configuration does not have; choose a model of the architectures that are read",
  );
}

function namesAsked(file: Safetensors, asked: Set<string>): WeightSource {
  return {
    size: file.tensors.size,
    pieces(name, shape) {
      asked.add(name);
      return shapedPieces(file, name, shape);
    },
  };
}

/** Whether a tensor repeats what is known without it: angles of rotary positions, or an output map tied to the embedding. */
function isSpare(name: string): boolean {
  return name.endsWith("rotary_emb.inv_freq") || name === "lm_head.weight";
}
