import type { ConversationForm } from "../evaluation/mt_bench/conversation_prompt.ts";
import type { JudgeScores } from "../evaluation/mt_bench/judge_scores.ts";
import type { WeightStorage } from "../nn/weight.ts";
import type { RunRecord } from "./record.ts";

/** A judgement of MT-Bench as data: whose answers, judged by whom. */
export interface JudgeSpec {
  /** A model that is to answer, or a file of answers. */
  readonly answers: AnsweringSpec | { readonly file: string };
  /** A file of answers to compare with; null has each answer graded by itself. */
  readonly against: string | null;
  readonly judge: {
    /** The model's name at the endpoint; without one, as `loadModel` takes it. */
    readonly name: string;
    /** Of an endpoint; null for a model on this machine. */
    readonly base_url: string | null;
    /** The longest judgement, in tokens. */
    readonly max_tokens: number;
    /** Fields of each request, as `endpointJudge` takes them. */
    readonly parameters: { readonly [name: string]: unknown };
  };
  /** Questions of each category, from its start; 0 takes all ten. */
  readonly per_category: number;
}

/** A model that answers, and how. */
export interface AnsweringSpec {
  /** A name from the catalogue, a Hub id, a folder, or a .gguf file. */
  readonly model: string;
  readonly weights: WeightStorage;
  /** The folder of an adapter; null for the model as it is. */
  readonly adapter: string | null;
  /** How the conversation is written; null takes `alpaca` for an adapter, else `chat` where the model has a template. */
  readonly form: ConversationForm | null;
  readonly max_new_tokens: number;
  /** Null takes the published one of each category. */
  readonly temperature: number | null;
  readonly seed: number;
  /** Sequences generated at once. */
  readonly batch: number;
}

/** A judgement in the form of a run's record: nothing was trained. */
export interface JudgeRecord {
  readonly run: Omit<RunRecord["run"], "spec" | "seed"> & { readonly spec: JudgeSpec };
  readonly train: null;
  /** What the judgements that there are come to; null where there are none. */
  readonly eval:
    | JudgeScores & {
      /** What the judge's tokens cost; null without prices. */
      readonly cost: number | null;
      readonly eval_s: number;
      readonly examples_file: string;
      /** Null where the answers were given. */
      readonly answers_file: string | null;
    }
    | null;
  readonly meta: {
    /** Null where no model ran here. */
    readonly backend: string | null;
    readonly device: string | null;
    readonly cores: number;
    readonly model_digest: string | null;
    readonly adapter_digest: string | null;
    /** Of the questions, the reference answers and the prompts. */
    readonly data_digest: string;
    /** Of the answers that were judged. */
    readonly answers_digest: string | null;
  };
  readonly paper: RunRecord["paper"];
}
