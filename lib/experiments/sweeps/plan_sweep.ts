import { existsSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../formats/canonical_json.ts";
import { modelDigest } from "../../models/model_digest.ts";
import { codeDigest } from "../code_digest.ts";
import type { Platform } from "../environment.ts";
import { dataDigest, openCourse } from "../open_course.ts";
import { isFinished, type RunRecord } from "../record.ts";
import { runKey, type RunSource } from "../store/run_key.ts";
import { type Spec, withSteps } from "../spec.ts";
import { readRecord } from "../store/read_record.ts";

/** One run of a sweep, before it begins. */
export interface PlannedRun {
  /** The beginning of its key: the name of its folder. */
  readonly id: string;
  readonly key: string;
  readonly source: RunSource;
  /** With the steps that its epochs come to. */
  readonly spec: Spec;
  readonly folder: string;
  readonly testExamples: number;
  /** Names the score of its model before training among those of the sweep; null where a new head is drawn, which other runs do not have. */
  readonly unadapted: string | null;
  /** What there is of it from an earlier sweep. */
  readonly record: RunRecord | null;
}

/** The runs of a sweep, and what is wrong in its folder. */
export interface SweepPlan {
  readonly folder: string;
  readonly runs: readonly PlannedRun[];
  /** Records that cannot be read, in words; their runs are done anew. */
  readonly damaged: readonly string[];
}

/** What a run's folder is called within the sweep's. */
export const runsFolder = "runs";

/**
 * Finds what each spec's result follows from, and which results a folder has already.
 *
 * @param platform what the runs are computed by
 * @param data folder of the tasks' data
 * @throws UsageError for a model, a task or data that are missing
 */
export async function planSweep(
  specs: readonly Spec[],
  { folder, platform, data }: {
    readonly folder: string;
    readonly platform: Platform;
    readonly data?: string;
  },
): Promise<SweepPlan> {
  const models = new Map<string, string>();
  const courses = new Map<string, ReadCourse>();
  const damaged: string[] = [];
  const runs: PlannedRun[] = [];
  for (const spec of specs) {
    const model = models.get(spec.model) ?? await modelDigest(spec.model);
    models.set(spec.model, model);
    const { task, seed, train_limit, train_draw, eval_limit, train_split, eval_splits } = spec;
    const { train_set, eval_also, max_new_tokens } = spec;
    const chosen = canonicalJson({
      ...{ task, seed, train_limit, train_draw, eval_limit, train_split, eval_splits, train_set, eval_also },
    });
    const course = courses.get(chosen) ?? await readCourse(spec, data);
    courses.set(chosen, course);
    const digests = { code_digest: codeDigest(), model_digest: model, data_digest: course.digest };
    const source = { spec, ...digests, ...platform };
    const key = runKey(source);
    const id = key.slice(0, 16);
    const path = join(folder, runsFolder, id);
    const file = join(path, "record.json");
    const found = existsSync(file) ? readRecord(file) : null;
    if (found && "reason" in found) damaged.push(`${file}: ${found.reason}`);
    runs.push({
      ...{ id, key, source, folder: path, testExamples: course.test },
      spec: withSteps(spec, course.train),
      unadapted: course.newHead
        ? null
        : JSON.stringify([spec.model, spec.weights, task, max_new_tokens, course.digest]),
      record: found && "record" in found ? found.record : null,
    });
  }
  return { folder, runs, damaged };
}

interface ReadCourse {
  readonly train: number;
  readonly test: number;
  readonly digest: string;
  readonly newHead: boolean;
}

async function readCourse(spec: Spec, data: string | undefined): Promise<ReadCourse> {
  const course = await openCourse(spec, data);
  const test = course.tests.reduce((sum, { examples }) => sum + examples.length, 0);
  return { train: course.trainExamples.length, test, digest: dataDigest(course), newHead: course.newHead };
}

/** Whether a sweep has nothing more to do for a run. */
export function isPlannedDone({ record }: PlannedRun): boolean {
  return record !== null && isFinished(record.run.status);
}
