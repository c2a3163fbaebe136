/** One of the 80 questions of MT-Bench (Zheng et al. 2023, arXiv 2306.05685): two turns of a user in a conversation. */
export interface MtBenchQuestion {
  readonly id: number;
  /** One of eight: writing, roleplay, reasoning, math, coding, extraction, stem, humanities. */
  readonly category: string;
  readonly turns: readonly [string, string];
  /** A right answer to each turn, where the judge is shown one: in math, reasoning and coding. */
  readonly reference: TwoAnswers | null;
}

/** The answers to the two turns of a question. */
export type TwoAnswers = readonly [string, string];

/** What MT-Bench consists of: its questions, and the prompts by which a judge is asked about answers. */
export interface MtBench {
  readonly questions: readonly MtBenchQuestion[];
  readonly prompts: { readonly [name: string]: JudgePrompt };
}

/** A published prompt for a judge; `{question}` and the like in its user's part stand for texts. */
export interface JudgePrompt {
  readonly name: string;
  readonly system: string;
  readonly user: string;
}

/** The categories whose judge is shown reference answers (FastChat, `llm_judge/common.py`). */
export const referenceCategories: readonly string[] = ["math", "reasoning", "coding"];

/** The temperatures at which models answer, by category; 0.7 in others (FastChat, `llm_judge/common.py`). */
const temperatures: { readonly [category: string]: number } = {
  ...{ writing: 0.7, roleplay: 0.7, stem: 0.1, humanities: 0.1 },
  ...{ extraction: 0, math: 0, coding: 0, reasoning: 0 },
};

/** The temperature at which a model answers a question of a category, as published. */
export function answerTemperature(category: string): number {
  return temperatures[category] ?? 0.7;
}
