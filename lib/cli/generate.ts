import process from "node:process";
import { generate } from "../evaluation/generate.ts";
import { checkSampling } from "../evaluation/sampling/choose_tokens.ts";
import { loadModel } from "../models/load_model.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { checkAdapterFolder, putAdapter } from "../adapters/adapter_folder.ts";
import {
  type Command,
  optionalBoolean,
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
    "  [--max-new-tokens 128] [--temperature 0 [--top-k K] [--top-p 1] [--seed 0]] [--repetition-penalty 1]\n" +
    "  [--stop TEXT …] [--stream]",
  options: {
    model: { type: "string" },
    ...weightsFlag,
    prompt: { type: "string" },
    adapter: { type: "string" },
    "max-new-tokens": { type: "string" },
    temperature: { type: "string" },
    "top-k": { type: "string" },
    "top-p": { type: "string" },
    "repetition-penalty": { type: "string" },
    stop: { type: "string", multiple: true },
    stream: { type: "boolean" },
    seed: { type: "string" },
  },
  async run(given) {
    const prompt = requiredText(given, "prompt");
    const folder = optionalText(given, "adapter");
    const options = present({
      maxNewTokens: optionalInteger(given, "max-new-tokens", 1),
      temperature: optionalNumber(given, "temperature"),
      topK: optionalInteger(given, "top-k", 1),
      topP: optionalNumber(given, "top-p"),
      repetitionPenalty: optionalNumber(given, "repetition-penalty"),
      seed: optionalInteger(given, "seed", 0),
      stop: given.values.stop as readonly string[] | undefined,
    });
    checkSampling(options);
    // With --json standard output is for the document.
    const stream = !optionalBoolean(given, "stream")
      ? null
      : given.values.json
      ? process.stderr
      : process.stdout;
    const modelName = requiredText(given, "model");
    const weights = weightsFrom(given);
    if (folder) await checkAdapterFolder(folder);
    await useBackend();
    const model = await loadModel(modelName, weights);
    if (folder) await putAdapter(model, folder);
    let before = prompt; // what comes before the first piece
    const tell = (piece: string) => {
      stream?.write(before + piece);
      before = "";
    };
    const begun = performance.now();
    const [completion] = await generate(model, [prompt], {
      ...options,
      onText: tell,
      signal: given.signal,
    });
    const seconds = (performance.now() - begun) / 1000;
    tell(given.values.json ? "\n" : "");
    const { text, ids, finish } = completion!;
    return {
      json: { prompt, text, ids, tokens_per_s: ids.length / seconds },
      text: stream ? "" : prompt + text,
      done: finish !== "interrupted",
    };
  },
};
