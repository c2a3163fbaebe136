import { Random } from "../tensor/random.ts";
import { UsageError } from "../usage_error.ts";
import { type Move, type Operation, stories, type Story, things } from "./arithmetic_stories.ts";
import type { Example } from "./example.ts";

/** The number of operations that a problem asks for. */
export type Difficulty = 1 | 2 | 3;

/** Which word problems to make. */
export interface ArithmeticRequest {
  /** From 1 to 10,000. */
  readonly count: number;
  readonly seed: number;
  /** All three in turn when absent. */
  readonly difficulty?: Difficulty;
  readonly split: "train" | "test";
}

const LARGEST_COUNT = 10_000;
const NAMES = [
  "Ada",
  "Ben",
  "Cara",
  "Dan",
  "Eve",
  "Finn",
  "Gina",
  "Hugo",
  "Iris",
  "Jack",
  "Kate",
  "Leo",
  "Mia",
  "Nina",
];

/**
 * Word problems of one, two or three operations on whole numbers, made from a seed: data that needs no download.
 * No two questions of a request are equal, and the splits share none: a problem belongs to the test split when its
 * numbers n₁, n₂, … have n₁ + 2·n₂ + 3·n₃ + … divisible by five, and otherwise to the train split, so that a test
 * problem is never a train problem told about someone else.
 *
 * @throws UsageError for a count outside 1 to 10,000
 *
 * @example
 * ```ts
 * import { arithmeticExamples, scoreGsm8k } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const [example] = arithmeticExamples({ count: 1, seed: 0, split: "train" });
 * assert.match(example.response, /^.*\nThe answer is: \d+\n$/);
 * assert.ok(scoreGsm8k(example.response, example.gold).correct);
 * ```
 */
export function arithmeticExamples({ count, seed, difficulty, split }: ArithmeticRequest): Example[] {
  if (!Number.isInteger(count) || count < 1 || count > LARGEST_COUNT) {
    throw new UsageError(`${count} arithmetic problems were asked for; choose from 1 to ${LARGEST_COUNT}`);
  }
  const random = new Random(seed).fork(`arithmetic ${split}`);
  const examples: Example[] = [];
  const seen = new Set<string>();
  while (examples.length < count) {
    const problem = draw(random, difficulty ?? (examples.length % 3 + 1) as Difficulty);
    if (splitOf(problem.numbers) !== split || seen.has(problem.question)) continue;
    seen.add(problem.question);
    examples.push({
      id: `arithmetic/${split}/${examples.length}`,
      question: problem.question,
      response: `${problem.steps.join(" ")}\nThe answer is: ${problem.result}\n`,
      gold: `#### ${problem.result}`,
    });
  }
  return examples;
}

interface Problem {
  readonly question: string;
  readonly steps: readonly string[];
  readonly numbers: readonly number[];
  readonly result: number;
}

function splitOf(numbers: readonly number[]): "train" | "test" {
  return numbers.reduce((sum, n, i) => sum + (i + 1) * n, 0) % 5 === 0 ? "test" : "train";
}

function draw(random: Random, operations: Difficulty): Problem {
  const story = random.pick(stories);
  const [name, friend] = random.shuffle(NAMES);
  const thing = story.things ? random.pick<string>(things[story.things]) : "";
  const tell = (text: string, n?: number) =>
    text.replaceAll("{name}", name!).replaceAll("{friend}", friend!)
      .replaceAll("{things}", thing).replaceAll("{n}", String(n));

  let value = story.first ? 2 + random.int(8) : 5 + random.int(26);
  const numbers = [value];
  const sentences = [tell(story.open, value)];
  const steps: string[] = [];
  let unused = story.moves;
  let ask = story.ask;
  for (let k = 0; k < operations; k++) {
    const move = k === 0 && story.first
      ? story.first
      : random.pick(possible(unused, value, k === operations - 1));
    unused = unused.filter((other) => other !== move);
    const n = random.pick(operands(move.operation, value));
    const result = apply(move.operation, value, n);
    steps.push(`${value} ${move.operation} ${n} = ${result}.`);
    sentences.push(tell(move.text, n));
    numbers.push(n);
    value = result;
    ask = move.ask ?? ask;
  }
  return { question: `${sentences.join(" ")} ${tell(ask)}`, steps, numbers, result: value };
}

/** A move that asks its own question can only be the last. */
function possible(moves: Story["moves"], value: number, last: boolean): Move[] {
  return moves.filter((move) => (last || !move.ask) && operands(move.operation, value).length > 0);
}

/** Numbers that keep the result a whole number from 2 to about a hundred. */
function operands(operation: Operation, value: number): number[] {
  switch (operation) {
    case "+":
      return range(2, 20);
    case "-":
      return range(2, Math.min(20, value - 2));
    case "*":
      return value > 30 ? [] : range(2, 5);
    case "/":
      return range(2, 9).filter((n) => value % n === 0 && value > n);
  }
}

function apply(operation: Operation, value: number, n: number): number {
  switch (operation) {
    case "+":
      return value + n;
    case "-":
      return value - n;
    case "*":
      return value * n;
    case "/":
      return value / n;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
