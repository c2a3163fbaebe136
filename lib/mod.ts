/**
 * NLoRA lab: Nyström low-rank adaptation of language models, in TypeScript, on GPU tensors.
 *
 * @module
 */
export { UsageError } from "./usage_error.ts";

export * as tf from "./tensor/tf.ts";
export { type Backend, type BackendDevice, Unavailable } from "./tensor/backend.ts";
export {
  type Compilation,
  compilations,
  compile,
  type Compiled,
  type CompileOptions,
} from "./tensor/compile.ts";
export { peakMemory } from "./tensor/peak_memory.ts";
export { Random } from "./tensor/random.ts";
export { dispose, tidy } from "./tensor/tidy.ts";
export { torchUniform } from "./tensor/torch_uniform.ts";
export {
  type BackendReport,
  backends,
  currentBackend,
  type SkippedBackend,
  useBackend,
} from "./tensor/use_backend.ts";

export { cholesky } from "./linalg/cholesky.ts";
export { cond } from "./linalg/cond.ts";
export { diagnoseNystrom, type NystromDiagnosis } from "./linalg/diagnose_nystrom.ts";
export { effectiveRank } from "./linalg/effective_rank.ts";
export { eigh } from "./linalg/eigh.ts";
export { fromHost, toHost } from "./linalg/host_matrix.ts";
export { largestCosines } from "./linalg/largest_cosines.ts";
export { approximateLeverageScores, type LeverageScores, leverageScores } from "./linalg/leverage_scores.ts";
export { lstsq } from "./linalg/lstsq.ts";
export {
  type IteratedPinv,
  type NewtonSchulzOptions,
  newtonSchulzPinv,
} from "./linalg/newton_schulz_pinv.ts";
export { type Nystrom, nystrom, type NystromFactors, type NystromOptions } from "./linalg/nystrom.ts";
export { type NystromCore, nystromCores } from "./linalg/nystrom_core.ts";
export { type NystromCost, nystromCost, type NystromShape } from "./linalg/nystrom_cost.ts";
export { nystromError } from "./linalg/nystrom_error.ts";
export { type NystromPsd, nystromPsd } from "./linalg/nystrom_psd.ts";
export { type Eigenpairs, nystromPsdBound } from "./linalg/nystrom_psd_bound.ts";
export { pinv } from "./linalg/pinv.ts";
export { principalAngles } from "./linalg/principal_angles.ts";
export { productSvd } from "./linalg/product_svd.ts";
export { qr } from "./linalg/qr.ts";
export { randomizedRange } from "./linalg/randomized_range.ts";
export { randomizedSvd, type RandomizedSvdOptions, type TruncatedSvd } from "./linalg/randomized_svd.ts";
export { rbfKernel } from "./linalg/rbf_kernel.ts";
export { relativeError } from "./linalg/relative_error.ts";
export { sampleWithoutReplacement } from "./linalg/sample_without_replacement.ts";
export { chooseRowsAndColumns, type Sampling, samplings, type Selection } from "./linalg/sampling.ts";
export { spectralNorm } from "./linalg/spectral_norm.ts";
export { stableRank } from "./linalg/stable_rank.ts";
export { subspaceOverlap } from "./linalg/subspace_overlap.ts";
export { subtractProduct } from "./linalg/subtract_product.ts";
export { svd } from "./linalg/svd.ts";
export { truncatedPinv, type Truncation } from "./linalg/truncated_pinv.ts";

export { canonicalJson } from "./formats/canonical_json.ts";
export { type Gguf, type GgufTensor, openGguf } from "./formats/gguf.ts";
export {
  type GgufMetadata,
  metadataNumber,
  metadataNumbers,
  metadataString,
  metadataStrings,
} from "./formats/gguf_metadata.ts";
export type { GgufNumbers, GgufValue } from "./formats/gguf_value.ts";
export { type GgufEntry, writeGguf } from "./formats/gguf_write.ts";
export { hubFile, type HubRequest } from "./formats/hub.ts";
export type { HubProgress } from "./formats/hub_download.ts";
export {
  type PeftAdapter,
  type PeftLora,
  type PeftVera,
  readPeftAdapter,
  writePeftAdapter,
} from "./formats/peft_adapter.ts";
export type { PeftStart } from "./formats/peft_config.ts";
export type { PeftLoraModule, PeftVeraModule, PeftVeraProjections } from "./formats/peft_modules.ts";
export { type NamedArray, readSafetensors, writeSafetensors } from "./formats/safetensors.ts";
export { type JsonLinesLog, type LogSettings, openJsonLinesLog } from "./formats/json_lines_log.ts";
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
export { type DataSet, dataSets, type FieldKind } from "./text/data_sets.ts";
export { tokenizerFromGguf } from "./text/gguf_tokenizer.ts";
export { type Gsm8kSource, loadGsm8k } from "./text/gsm8k.ts";
export { loadHumanEval } from "./text/human_eval.ts";
export { loadMbpp } from "./text/mbpp.ts";
export { lastBoxed } from "./text/last_boxed.ts";
export { loadMath, type MathSource } from "./text/math.ts";
export { packBatch } from "./text/pack_batch.ts";
export { alpacaEvaluationPrompt, alpacaPrompt } from "./text/prompts.ts";
export { type DataSource, readDataSet } from "./text/read_data_set.ts";
export { type PairFields, readPairs } from "./text/read_pairs.ts";
export { type ChatMessage, renderChat } from "./text/render_chat.ts";
export type { EncodedInput, ModelTokenizer, Tokenizer } from "./text/tokenizer.ts";
export { tokenizerFromFolder } from "./text/tokenizer_folder.ts";
export { cutInput } from "./text/cut_input.ts";
export { type EncodedText, padTexts, type TextBatch } from "./text/text_batch.ts";

export { type CoreForm, type CoreFormName, coreForms, type TrainedCore } from "./nn/core_form.ts";
export { type FactorGradients, type FactorName, factorNames, type Factors } from "./nn/factors.ts";
export { Linear } from "./nn/linear.ts";
export type { Precision } from "./nn/product.ts";
export type { RotaryScaling } from "./nn/rotary.ts";
export { softmaxLoss } from "./nn/softmax_loss.ts";
export { squaredError } from "./nn/squared_error.ts";
export type { Update } from "./nn/update.ts";
export type { PackedWeight, Weight, WeightStorage } from "./nn/weight.ts";

export { catalogue, type CatalogueEntry } from "./models/catalogue.ts";
export type { KeyValueCache, KeyValueRows } from "./models/key_value_cache.ts";
export { Llama } from "./models/llama.ts";
export type { LossAndGradients, PassOptions } from "./models/loss_and_gradients.ts";
export { findModel } from "./models/find_model.ts";
export type { Activation, DecoderType, LlamaConfig } from "./models/llama_config.ts";
export type { LoadOptions } from "./models/load_options.ts";
export type { EncoderBody, EncoderInput, EncoderPass } from "./models/encoder_body.ts";
export { ImageClassifier } from "./models/image_classifier.ts";
export type { ClassifierOptions } from "./models/load_encoder.ts";
export { loadClassifier, loadEncoder, loadImageClassifier, loadModel } from "./models/load_model.ts";
export { randomLlama } from "./models/random_llama.ts";
export { saveModel } from "./models/save_model.ts";
export { type HeadMap, type Labelled, SequenceClassifier } from "./models/sequence_classifier.ts";
export { type EncodedLabelledText, type LabelledText, TextClassifier } from "./models/text_classifier.ts";
export { TextEncoder } from "./models/text_encoder.ts";
export type { LabelledPicture } from "./models/labelled_picture.ts";
export type { PixelBatch } from "./models/vit.ts";

export { adapt } from "./adapters/adapt.ts";
export type { Adaptable } from "./adapters/adaptable.ts";
export { type AdaptedLinear, Adapter, type Parameter } from "./adapters/adapter.ts";
export { adapterDigest } from "./adapters/adapter_folder.ts";
export { type AdapterHost, loadAdapter, saveAdapter } from "./adapters/adapter_files.ts";
export type { AdapterOptions, AdapterSpec, Patterns } from "./adapters/adapter_spec.ts";
export { changeSvd } from "./adapters/change_svd.ts";
export { combineAdapters, type WeightedAdapter } from "./adapters/combine_adapters.ts";
export { saveGgufLora } from "./adapters/gguf_lora.ts";
export { loadPeft } from "./adapters/load_peft.ts";
export { type LoraFactors, loraForm } from "./adapters/lora_form.ts";
export { countTrainable } from "./adapters/count_trainable.ts";
export {
  type CoreTying,
  coreTyings,
  type Method,
  type MethodChoices,
  type SharedMatrices,
  type Start,
  type StartOptions,
} from "./adapters/method.ts";
export { findMethod, methods } from "./adapters/methods.ts";
export { type PeftOptions, savePeft } from "./adapters/save_peft.ts";
export type { Targets } from "./adapters/target_linears.ts";
export { updateSvd } from "./adapters/update_svd.ts";

export { AdamW, type AdamWOptions, type AdamWState } from "./training/adamw.ts";
export { type Checkpoint, loadCheckpoint, removeCheckpoints, saveCheckpoint } from "./training/checkpoint.ts";
export { clipGradient } from "./training/clip_gradient.ts";
export { fitLinear, type FitOptions } from "./training/fit_linear.ts";
export { isOutOfMemory, memoryAdvice, type StepSize } from "./training/out_of_memory.ts";
export {
  cosineSchedule,
  findSchedule,
  linearSchedule,
  type ScheduleName,
  type ScheduleSettings,
} from "./training/schedule.ts";
export type { ClockState } from "./training/token_clock.ts";
export { train } from "./training/train.ts";
export type { TrainOptions } from "./training/train_options.ts";
export type { Epoch, TrainPoint, TrainProgress, TrainResult, TrainState } from "./training/train_progress.ts";
export { trainClassifier } from "./training/train_classifier.ts";
export { trainPictures } from "./training/train_pictures.ts";
export type { Differentiable, Trainable, TrainBatch } from "./training/trainer.ts";

export { type BootstrapInterval, type BootstrapOptions, pairedBootstrap } from "./evaluation/bootstrap.ts";
export {
  evaluate,
  type EvaluatedExample,
  type EvaluateOptions,
  type Evaluation,
} from "./evaluation/evaluate.ts";
export { generate } from "./evaluation/generate.ts";
export type { Completion, GenerateOptions, Generative } from "./evaluation/generate_options.ts";
export type { SamplingOptions } from "./evaluation/sampling/choose_tokens.ts";
export { streamText } from "./evaluation/stream_text.ts";
export { classify, type ClassifyOptions } from "./evaluation/classify.ts";
export {
  evaluateGlue,
  type EvaluateGlueOptions,
  type GlueEvaluation,
  type GluePrediction,
  type GlueScores,
  type JudgedText,
  scoreGlue,
} from "./evaluation/evaluate_glue.ts";
export { classifyPictures, type ClassifyPicturesOptions } from "./evaluation/classify_pictures.ts";
export {
  drawPictures,
  findPictureTask,
  type Picture,
  pictureSide,
  type PictureTask,
  pictureTasks,
} from "./evaluation/drawn_pictures.ts";
export { findGlueTask, type GlueExample, type GlueTask, glueTasks, loadGlue } from "./evaluation/glue.ts";
export { accuracy } from "./evaluation/metrics/accuracy.ts";
export { averageRanks } from "./evaluation/metrics/average_ranks.ts";
export { constantScore } from "./evaluation/metrics/constant_score.ts";
export { f1 } from "./evaluation/metrics/f1.ts";
export { matthews } from "./evaluation/metrics/matthews.ts";
export { type Metric, type MetricName, metrics } from "./evaluation/metrics/metrics.ts";
export { pearson } from "./evaluation/metrics/pearson.ts";
export { spearman } from "./evaluation/metrics/spearman.ts";
export { endpointJudge, type EndpointOptions } from "./evaluation/mt_bench/endpoint_judge.ts";
export type { Judge, JudgeFailure, JudgeReply, TokenUsage } from "./evaluation/mt_bench/judge.ts";
export { judgeAnswers, type JudgedAnswers, type JudgeOptions } from "./evaluation/mt_bench/judge_answers.ts";
export {
  type CostEstimate,
  estimateCost,
  tokenCost,
  type TokenPrices,
} from "./evaluation/mt_bench/judge_cost.ts";
export {
  type Answers,
  type JudgeRequest,
  pairRequests,
  singleRequests,
} from "./evaluation/mt_bench/judge_requests.ts";
export {
  type JudgeScores,
  judgeScores,
  type PairGames,
  type ScoredJudgement,
} from "./evaluation/mt_bench/judge_scores.ts";
export type { Judgement, Verdict as JudgeVerdict } from "./evaluation/mt_bench/judgement.ts";
export { loadMtBench, type MtBenchSource } from "./evaluation/mt_bench/load_mt_bench.ts";
export type { JudgePrompt, MtBench, MtBenchQuestion, TwoAnswers } from "./evaluation/mt_bench/mt_bench.ts";
export { readAnswers } from "./evaluation/mt_bench/read_answers.ts";
export { type ScoredJudgements, scoreJudgements } from "./evaluation/mt_bench/score_judgements.ts";
export { type Answer, type AnswerOptions, answerQuestions } from "./evaluation/mt_bench/answer_questions.ts";
export type { ConversationForm } from "./evaluation/mt_bench/conversation_prompt.ts";
export { localJudge, type LocalJudgeOptions } from "./evaluation/mt_bench/local_judge.ts";
export { readRating } from "./evaluation/mt_bench/read_rating.ts";
export { readWinner } from "./evaluation/mt_bench/read_winner.ts";
export { compareScorers, type Disagreement, type ScorerComparison } from "./evaluation/compare_scorers.ts";
export { equivalentAnswers } from "./evaluation/equivalent_answers.ts";
export { finalAnswer } from "./evaluation/final_answer.ts";
export { mathEquivalent } from "./evaluation/math_equivalent.ts";
export { normalizeMath } from "./evaluation/normalize_math.ts";
export { extractCode } from "./evaluation/extract_code.ts";
export { passAtK } from "./evaluation/pass_at_k.ts";
export { type ShareInterval, wilsonInterval } from "./evaluation/wilson_interval.ts";
export { passTotal, withSamples } from "./evaluation/samples.ts";
export type { PythonRun } from "./evaluation/sandbox/python_run.ts";
export { type PythonOptions, runPython } from "./evaluation/sandbox/run_python.ts";
export { scoreGsm8k } from "./evaluation/score_gsm8k.ts";
export { scoreGsm8kStrict } from "./evaluation/score_gsm8k_strict.ts";
export { scoreHumanEval } from "./evaluation/score_human_eval.ts";
export { scoreMbpp } from "./evaluation/score_mbpp.ts";
export { scoreMath } from "./evaluation/score_math.ts";
export { scoreMathStrict } from "./evaluation/score_math_strict.ts";
export { glueScorer } from "./evaluation/score_glue.ts";
export {
  type ScoredExample,
  scorePredictions,
  type Scorer,
  type Scores,
} from "./evaluation/score_predictions.ts";
export { findTask, type Task, type TaskData, tasks } from "./evaluation/tasks.ts";
export type { Verdict } from "./evaluation/verdict.ts";
export { scorers, withScorer } from "./evaluation/with_scorer.ts";

export { compareRuns, type RunComparison } from "./experiments/compare_runs.ts";
export type { AnsweringSpec, JudgeRecord, JudgeSpec } from "./experiments/judge_record.ts";
export { estimateJudgement } from "./experiments/open_judgement.ts";
export { runJudgement, type RunJudgementOptions } from "./experiments/run_judgement.ts";
export type { EvaluationRecord, EvaluationSpec } from "./experiments/evaluation_record.ts";
export { type LayerStart, measureStart, type StartReport } from "./experiments/measure_start.ts";
export { measureStep, type StepOptions, type StepReport } from "./experiments/measure_step.ts";
export {
  type Budget,
  type Experiment,
  type ExperimentFile,
  loadPreset,
  type NamedJudge,
  type Preset,
  presets,
} from "./experiments/preset.ts";
export { type MissingRun, type PlannedRuns, plannedRuns } from "./experiments/planned_runs.ts";
export { type PublishedFigure, publishedFigures, type PublishedName } from "./experiments/published.ts";
export { type KeptEvaluation, keptEvaluation } from "./experiments/kept_evaluation.ts";
export { keptExamples, readExamples, type RunExamples } from "./experiments/run_examples.ts";
export { keptRecords, readRecords } from "./experiments/read_records.ts";
export type { EpochScore, Judged, RunRecord, RunScore, RunStatus, TaskScore } from "./experiments/record.ts";
export { recordsByTask } from "./experiments/records_by_task.ts";
export { recordsFor, type RecordsForOptions } from "./experiments/records_for.ts";
export { runAll } from "./experiments/run_all.ts";
export type { RunAllOptions } from "./experiments/run_specs.ts";
export { run } from "./experiments/run.ts";
export type { RunOptions, RunProgress } from "./experiments/run_options.ts";
export { runEvaluation, type RunEvaluationOptions } from "./experiments/run_evaluation.ts";
export { completeSpec, type PartialSpec, type Spec } from "./experiments/spec.ts";
export { openStore, type RecordStore } from "./experiments/store/open_store.ts";
export { paretoFront } from "./experiments/store/pareto_front.ts";
export { type Axis, type AxisValue, axisValues } from "./experiments/sweeps/axis.ts";
export { expandGrid } from "./experiments/sweeps/expand_grid.ts";
export { type FieldMatch, matchesFields } from "./experiments/sweeps/field_match.ts";
export type { Platform } from "./experiments/environment.ts";
export type { Executor, JobEnd, JobNeeds, RunningJob } from "./experiments/sweeps/executor.ts";
export type { Job, JobProgress } from "./experiments/sweeps/job.ts";
export { loadSweep } from "./experiments/sweeps/load_sweep.ts";
export { localExecutor, type LocalOptions } from "./experiments/sweeps/local_executor.ts";
export type { PlannedRun } from "./experiments/sweeps/plan_sweep.ts";
export { rayExecutor } from "./experiments/sweeps/ray/ray_executor.ts";
export type { RayOptions } from "./experiments/sweeps/ray/ray_options.ts";
export { sweep, type SweepCallOptions } from "./experiments/sweeps/sweep.ts";
export type { SweepRun, SweepRunState, SweepState } from "./experiments/sweeps/sweep_state.ts";
export type { RunCost } from "./experiments/sweeps/trial.ts";
export {
  type Axes,
  type Grid,
  type GridCondition,
  gridFrom,
  type Halving,
} from "./experiments/sweeps/grid.ts";
export { type Spread, spread } from "./experiments/spread.ts";
export { type RunSummary, summarizeRuns } from "./experiments/summarize_runs.ts";

export { adapterBundle } from "./report/adapter_display.ts";
export { type BesideOptions, besidePublished } from "./report/beside_published.ts";
export { type AnswersByName, answersDisplay } from "./report/answers_display.ts";
export { bars } from "./report/bars.ts";
export type { Broadcaster } from "./report/broadcaster.ts";
export { comparisonTable } from "./report/comparison_table.ts";
export { type CompletionsDisplay, completionsDisplay } from "./report/completions_display.ts";
export { type Curve, curves } from "./report/curves.ts";
export { type Display, display } from "./report/display.ts";
export { dotPlot } from "./report/dot_plot.ts";
export { embedPlotly } from "./report/embed_plotly.ts";
export { figurePage } from "./report/figure_page.ts";
export { gradientCurves, lossCurves, parametersAgainstLoss } from "./report/figures.ts";
export { finalLoss } from "./report/final_loss.ts";
export { installDisplay } from "./report/install_display.ts";
export { judgeRadar, judgeTable, type NamedScores } from "./report/judge_figures.ts";
export { type IntervalLabels, intervalPlot, type IntervalRow } from "./report/interval_plot.ts";
export { jsonProgress } from "./report/json_progress.ts";
export type { Displayable, MediaBundle } from "./report/jupyter.ts";
export { linearBundle } from "./report/linear_display.ts";
export { type LossCurveDisplay, lossCurveDisplay } from "./report/loss_curve_display.ts";
export { matrixHeatmap, type MatrixView } from "./report/matrix_heatmap.ts";
export { mediaBundle } from "./report/media_bundle.ts";
export { methodLines, type MethodPoint } from "./report/method_lines.ts";
export { modelBundle, type ShownModel } from "./report/model_display.ts";
export { nystromPicture } from "./report/nystrom_picture.ts";
export { type ParetoCost, paretoPicture } from "./report/pareto_picture.ts";
export { type Figure, figure } from "./report/plotly.ts";
export { type PowerLaw, powerLaw } from "./report/power_law.ts";
export { pictureSheet } from "./report/picture_sheet.ts";
export { radarChart } from "./report/radar_chart.ts";
export { type ProgressLine, progressLine, type ProgressOptions } from "./report/progress.ts";
export { recordBundle } from "./report/record_display.ts";
export { runProgress, type RunProgressLines } from "./report/run_progress.ts";
export { runsTable } from "./report/runs_table.ts";
export { scalingCurves } from "./report/scaling_curves.ts";
export { type SeedRange, seedRange } from "./report/seed_range.ts";
export type { Placing } from "./report/show_bundle.ts";
export { scorersTable } from "./report/scorers_table.ts";
export { type SweepBoard, sweepBoard } from "./report/sweep_board.ts";
export { formatTable, resultsTable } from "./report/table.ts";
export { tableBundle } from "./report/table_display.ts";
export { tensorBundle } from "./report/tensor_display.ts";
export { updatePicture } from "./report/update_picture.ts";
export { writeTable } from "./report/write_table.ts";
export { valueMap, type ValueMapLabels } from "./report/value_map.ts";
export { withMenu } from "./report/with_menu.ts";
export { withSlider } from "./report/with_slider.ts";
