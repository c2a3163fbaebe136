/** A data set of the paper: where the Hub keeps it, and what its rows hold. */
export interface DataSet {
  readonly name: string;
  /** The Hub's data set, `owner/name`. */
  readonly repo: string;
  /** The files of each split on the Hub; several are read one after the other. */
  readonly splits: { readonly [split: string]: readonly string[] };
  /** The fields of every row, by their names on the Hub. */
  readonly fields: { readonly [field: string]: FieldKind };
  /** The authors' own release, one file for all splits, where a folder has that instead. */
  readonly released?: {
    /** Names that the file goes by, without their endings. */
    readonly files: readonly string[];
    /** Whether one of its rows belongs to a split. */
    holds(split: string, fields: { readonly [name: string]: unknown }): boolean;
  };
}

/** What a field holds: a text, a number (also as a 64-bit integer), or a list of texts. */
export type FieldKind = "text" | "number" | "texts";

const parquet = (folder: string, ...splits: string[]) =>
  Object.fromEntries(splits.map((split) => [split, [`${folder}/${split}-00000-of-00001.parquet`]]));

const MATH_SUBJECTS = [
  ...["algebra", "counting_and_probability", "geometry", "intermediate_algebra", "number_theory"],
  ...["prealgebra", "precalculus"],
];

const glue = (name: string, splits: readonly string[], ...texts: string[]): DataSet => ({
  name: `glue/${name}`,
  repo: "nyu-mll/glue",
  splits: parquet(name, ...splits),
  fields: { ...Object.fromEntries(texts.map((text) => [text, "text" as const])), label: "number" },
});
const SPLITS = ["train", "validation", "test"];

/** Which of MBPP's numbers are in which split, by the authors' README. */
const MBPP_RANGES: { readonly [split: string]: readonly [number, number] } = {
  prompt: [1, 10],
  test: [11, 510],
  validation: [511, 600],
  train: [601, 974],
};

/** The data sets, in the field names of the Hub. Adding one is adding a row. */
export const dataSets: readonly DataSet[] = [
  {
    name: "gsm8k",
    repo: "openai/gsm8k",
    splits: parquet("main", "train", "test"),
    fields: { question: "text", answer: "text" },
  },
  {
    name: "math",
    repo: "EleutherAI/hendrycks_math",
    splits: Object.fromEntries(
      ["train", "test"].map((split) => [
        split,
        MATH_SUBJECTS.map((subject) => `${subject}/${split}-00000-of-00001.parquet`),
      ]),
    ),
    fields: { problem: "text", level: "text", type: "text", solution: "text" },
  },
  {
    name: "metamath",
    repo: "meta-math/MetaMathQA",
    splits: { train: ["MetaMathQA-395K.json"] },
    fields: { query: "text", response: "text", type: "text" },
  },
  {
    name: "codefeedback",
    repo: "m-a-p/CodeFeedback-Filtered-Instruction",
    splits: { train: ["CodeFeedback-Filtered-Instruction.jsonl"] },
    fields: { query: "text", answer: "text" },
  },
  {
    name: "evol-instruct",
    repo: "WizardLMTeam/WizardLM_evol_instruct_70k",
    splits: { train: ["alpaca_evol_instruct_70k.json"] },
    fields: { instruction: "text", output: "text" },
  },
  {
    name: "humaneval",
    repo: "openai/openai_humaneval",
    splits: parquet("openai_humaneval", "test"),
    fields: {
      task_id: "text",
      prompt: "text",
      canonical_solution: "text",
      test: "text",
      entry_point: "text",
    },
    released: { files: ["HumanEval"], holds: () => true },
  },
  {
    name: "mbpp",
    repo: "google-research-datasets/mbpp",
    splits: parquet("full", "train", "validation", "test", "prompt"),
    fields: { task_id: "number", text: "text", code: "text", test_list: "texts", test_setup_code: "text" },
    released: {
      files: ["mbpp", "all"],
      holds: (split, { task_id }) => {
        const [first, last] = MBPP_RANGES[split]!;
        return first <= Number(task_id) && Number(task_id) <= last;
      },
    },
  },
  glue("cola", SPLITS, "sentence"),
  glue("sst2", SPLITS, "sentence"),
  glue("mrpc", SPLITS, "sentence1", "sentence2"),
  glue("stsb", SPLITS, "sentence1", "sentence2"),
  glue("rte", SPLITS, "sentence1", "sentence2"),
  glue("qqp", SPLITS, "question1", "question2"),
  glue("qnli", SPLITS, "question", "sentence"),
  glue("mnli", ["train", "validation_matched", "validation_mismatched"], "premise", "hypothesis"),
];
