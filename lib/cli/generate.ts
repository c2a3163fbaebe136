import { generate } from "../evaluation/generate.ts";
import { loadModel } from "../models/load_model.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { UsageError } from "../usage_error.ts";
import { checkAdapterFolder, putAdapter } from "../adapters/adapter_folder.ts";
import {
  type Command,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";
import { weightsFlag, weightsFrom, weightsUsage } from "./weights_flag.ts";

/** `nlora generate`: continues a text. */
export const generateCommand: Command = {
  name: "generate",
  summary: "continues a text",
  usage: `--model M ${weightsUsage} --prompt TEXT [--adapter DIR]\n` +
    "  [--max-new-tokens 128] [--temperature 0] [--seed 0]",
  options: {
    model: { type: "string" },
    ...weightsFlag,
    prompt: { type: "string" },
    adapter: { type: "string" },
    "max-new-tokens": { type: "string" },
    temperature: { type: "string" },
    seed: { type: "string" },
  },
  async run(given) {
    const prompt = requiredText(given, "prompt");
    const folder = optionalText(given, "adapter");
    const options = present({
      maxNewTokens: optionalInteger(given, "max-new-tokens", 1),
      temperature: optionalNumber(given, "temperature"),
      seed: optionalInteger(given, "seed", 0),
    });
    if (options.temperature !== undefined && options.temperature < 0) {
      throw new UsageError(`--temperature ${options.temperature} is below 0; give 0 for greedy, or more`);
    }
    const modelName = requiredText(given, "model");
    const weights = weightsFrom(given);
    if (folder) await checkAdapterFolder(folder);
    await useBackend();
    const model = await loadModel(modelName, weights);
    if (folder) await putAdapter(model, folder);
    const begun = performance.now();
    const [completion] = await generate(model, [prompt], { ...options, signal: given.signal });
    const seconds = (performance.now() - begun) / 1000;
    const { text, ids, finish } = completion!;
    return {
      json: { prompt, text, ids, tokens_per_s: ids.length / seconds },
      text: prompt + text,
      done: finish !== "interrupted",
    };
  },
};
