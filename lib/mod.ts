/**
 * NLoRA lab: Nyström low-rank adaptation of language models, in TypeScript, on GPU tensors.
 *
 * @module
 */
export * as tf from "./tensor/tf.ts";
export { type Backend, type BackendDevice, Unavailable } from "./tensor/backend.ts";
export { type BackendReport, backends, currentBackend, useBackend } from "./tensor/use_backend.ts";
export { peakMemory } from "./tensor/peak_memory.ts";
export { Random } from "./tensor/random.ts";
export { dispose, tidy } from "./tensor/tidy.ts";
export { UsageError } from "./usage_error.ts";

export { fromHost, toHost } from "./linalg/host_matrix.ts";
export { nystrom, type NystromCore, nystromCores, type NystromFactors } from "./linalg/nystrom.ts";
export { cond, pinv } from "./linalg/pinv.ts";
export { qr } from "./linalg/qr.ts";
export { randomizedSvd, type TruncatedSvd } from "./linalg/randomized_svd.ts";

export { type Factors, Linear, type LowRankUpdate } from "./nn/linear.ts";

export { catalogue } from "./models/catalogue.ts";
export { Llama } from "./models/llama.ts";
export type { LlamaConfig } from "./models/llama_config.ts";
export { loadModel } from "./models/load_model.ts";
export { randomLlama } from "./models/random_llama.ts";

export { adapt } from "./adapters/adapt.ts";
export { Adapter } from "./adapters/adapter.ts";
export { loadAdapter, saveAdapter } from "./adapters/adapter_files.ts";
export type { AdapterOptions, AdapterSpec } from "./adapters/adapter_spec.ts";
export type { Method, Start, StartOptions } from "./adapters/method.ts";
export { findMethod, methods } from "./adapters/methods.ts";

export { type Batch, encodeExample, padBatch, type PromptResponse } from "./text/batches.ts";

export { AdamW } from "./training/adamw.ts";
export { cosineSchedule } from "./training/schedule.ts";
export { train, type TrainOptions, type TrainPoint, type TrainResult } from "./training/train.ts";

export { evaluate, type Evaluation } from "./evaluation/evaluate.ts";
export { type Completion, generate, type GenerateOptions } from "./evaluation/generate.ts";

export { loadPreset } from "./experiments/preset.ts";
export type { RunRecord } from "./experiments/record.ts";
export { run, type RunOptions, type RunProgress } from "./experiments/run.ts";
export { completeSpec, type Spec } from "./experiments/spec.ts";
