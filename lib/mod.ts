/**
 * NLoRA lab: Nyström low-rank adaptation of language models, in TypeScript, on GPU tensors.
 *
 * @module
 */
export { UsageError } from "./usage_error.ts";

export * as tf from "./tensor/tf.ts";
export { type Backend, type BackendDevice, Unavailable } from "./tensor/backend.ts";
export { peakMemory } from "./tensor/peak_memory.ts";
export { Random } from "./tensor/random.ts";
export { dispose, tidy } from "./tensor/tidy.ts";
export {
  type BackendReport,
  backends,
  currentBackend,
  type SkippedBackend,
  useBackend,
} from "./tensor/use_backend.ts";

export { cholesky } from "./linalg/cholesky.ts";
export { eigh } from "./linalg/eigh.ts";
export { fromHost, toHost } from "./linalg/host_matrix.ts";
export { lstsq } from "./linalg/lstsq.ts";
export { nystrom, type NystromCore, nystromCores, type NystromFactors } from "./linalg/nystrom.ts";
export { cond, pinv } from "./linalg/pinv.ts";
export { qr } from "./linalg/qr.ts";
export { svd } from "./linalg/svd.ts";
export { relativeError } from "./linalg/relative_error.ts";
export { randomizedSvd, type TruncatedSvd } from "./linalg/randomized_svd.ts";

export { type Gguf, type GgufTensor, openGguf } from "./formats/gguf.ts";
export {
  type GgufMetadata,
  metadataNumber,
  metadataNumbers,
  metadataString,
  metadataStrings,
} from "./formats/gguf_metadata.ts";
export type { GgufNumbers, GgufValue } from "./formats/gguf_value.ts";
export { hubFile, type HubRequest } from "./formats/hub.ts";
export type { HubProgress } from "./formats/hub_download.ts";
export { type NamedArray, readSafetensors, writeSafetensors } from "./formats/safetensors.ts";
export { type FileContent, writeAside } from "./formats/write_aside.ts";

export { arithmeticExamples, type ArithmeticRequest, type Difficulty } from "./text/arithmetic.ts";
export {
  type Batch,
  type EncodedExample,
  encodeExample,
  padBatch,
  type PromptResponse,
} from "./text/batches.ts";
export type { Example } from "./text/example.ts";
export { type Gsm8kSource, loadGsm8k } from "./text/gsm8k.ts";
export { alpacaEvaluationPrompt, alpacaPrompt } from "./text/prompts.ts";
export { type Tokenizer, tokenizerFromGguf } from "./text/tokenizer.ts";

export {
  type FactorGradients,
  type FactorName,
  type Factors,
  Linear,
  type LowRankUpdate,
} from "./nn/linear.ts";

export { catalogue, type CatalogueEntry } from "./models/catalogue.ts";
export { type KeyValueCache, Llama, type LossAndGradients } from "./models/llama.ts";
export type { LlamaConfig } from "./models/llama_config.ts";
export { loadModel } from "./models/load_model.ts";
export { randomLlama } from "./models/random_llama.ts";

export { adapt, type Adaptable } from "./adapters/adapt.ts";
export { type AdaptedLinear, Adapter, type Parameter } from "./adapters/adapter.ts";
export { type AdapterHost, loadAdapter, saveAdapter } from "./adapters/adapter_files.ts";
export type { AdapterOptions, AdapterSpec } from "./adapters/adapter_spec.ts";
export type { Method, Start, StartOptions } from "./adapters/method.ts";
export { findMethod, methods } from "./adapters/methods.ts";

export { AdamW, type AdamWOptions } from "./training/adamw.ts";
export { cosineSchedule } from "./training/schedule.ts";
export {
  train,
  type Trainable,
  type TrainOptions,
  type TrainPoint,
  type TrainProgress,
  type TrainResult,
} from "./training/train.ts";

export { evaluate, type EvaluatedExample, type Evaluation } from "./evaluation/evaluate.ts";
export { type Completion, generate, type GenerateOptions, type Generative } from "./evaluation/generate.ts";
export { scoreGsm8k } from "./evaluation/score_gsm8k.ts";
export { type ScoredExample, scorePredictions, type Scores } from "./evaluation/score_predictions.ts";
export { findTask, type Task, type TaskData, tasks } from "./evaluation/tasks.ts";
export type { Verdict } from "./evaluation/verdict.ts";

export { type LayerStart, measureStart, type StartReport } from "./experiments/measure_start.ts";
export { type Experiment, loadPreset, type Preset, presets } from "./experiments/preset.ts";
export { keptRecords, readRecords } from "./experiments/read_records.ts";
export type { RunRecord, RunStatus } from "./experiments/record.ts";
export { runAll, type RunAllOptions } from "./experiments/run_all.ts";
export { run, type RunOptions, type RunProgress } from "./experiments/run.ts";
export { completeSpec, type PartialSpec, type Spec } from "./experiments/spec.ts";

export { bars } from "./report/bars.ts";
export { installDisplay } from "./report/display.ts";
export { lossCurves, parametersAgainstLoss } from "./report/figures.ts";
export { finalLoss } from "./report/final_loss.ts";
export { matrixHeatmap, type MatrixView } from "./report/matrix_heatmap.ts";
export { type Figure, figure } from "./report/plotly.ts";
export { type ProgressLine, progressLine, type ProgressOptions } from "./report/progress.ts";
export { nystromPicture } from "./report/nystrom_picture.ts";
export { runProgress, type RunProgressLines } from "./report/run_progress.ts";
export { tableBundle } from "./report/table_display.ts";
export { tensorBundle } from "./report/tensor_display.ts";
export { formatTable, resultsTable } from "./report/table.ts";
