import { openGguf } from "../formats/gguf.ts";
import { metadataString, metadataStrings } from "../formats/gguf_metadata.ts";
import { ggufTokenizerJson } from "../text/gguf_tokenizer.ts";
import type { Llama } from "./llama.ts";

/**
 * What transformers needs beside the weights of a model that was loaded from a GGUF file: the objects of config.json,
 * tokenizer.json and tokenizer_config.json.
 *
 * @param path of the GGUF file
 * @throws UsageError where the file is damaged
 */
export async function ggufCompanions(path: string, model: Llama): Promise<ReadonlyMap<string, object>> {
  await using file = await openGguf(path);
  const { eosId, bosId, padId } = model.tokenizer;
  const tokens = metadataStrings(file.metadata, "tokenizer.ggml.tokens");
  const template = "tokenizer.chat_template";
  return new Map<string, object>([
    ["config.json", {
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      hidden_act: "silu",
      ...model.config,
      tie_word_embeddings: !model.tensors.has("lm_head.weight"),
      eos_token_id: eosId,
      bos_token_id: bosId,
      pad_token_id: padId,
    }],
    ["tokenizer.json", ggufTokenizerJson(file.metadata)],
    ["tokenizer_config.json", {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: tokens[eosId],
      ...bosId !== null && { bos_token: tokens[bosId] },
      pad_token: tokens[padId],
      clean_up_tokenization_spaces: false,
      model_max_length: model.config.max_position_embeddings,
      ...file.metadata.has(template) && { chat_template: metadataString(file.metadata, template) },
    }],
  ]);
}
