import { join } from "node:path";
import { endLog } from "../formats/json_lines_log.ts";
import { writeAside } from "../formats/write_aside.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { removeCheckpoints } from "../training/checkpoint.ts";
import { UsageError } from "../usage_error.ts";
import { attemptRun } from "./attempt_run.ts";
import { codeDigest } from "./code_digest.ts";
import { dataDigest, openCourse } from "./open_course.ts";
import { type EarlierRun, findEarlierRun } from "./earlier_run.ts";
import { machine, platform, software } from "./environment.ts";
import { prepareFolder } from "./prepare_folder.ts";
import { recordSchema, type RunRecord } from "./record.ts";
import { recordText } from "./record_text.ts";
import { runFiles } from "./run_files.ts";
import type { RunOptions } from "./run_options.ts";
import { completeSpec, type PartialSpec, withSteps } from "./spec.ts";

/**
 * Runs one experiment from spec to record: loads the model, scores it, starts the adapter, trains, scores again, saves.
 * A run that fails after its input was accepted still gives a record, with status `failed`, `oom` or `diverged` and the
 * reason. With `out` it keeps checkpoints there until it is done.
 *
 * @throws UsageError for a spec, data or folder that cannot be used (nothing is written then); where `out` holds an
 *   unfinished run that is not to be resumed, or one of another spec, other data, another model or another platform that is
 */
export async function run(given: PartialSpec, options: RunOptions = {}): Promise<RunRecord> {
  const asked = completeSpec(given);
  if (options.resume && options.out === undefined) {
    throw new UsageError("a run is resumed in its folder; give that with --out");
  }
  await useBackend();
  const course = await openCourse(asked, options.data);
  const spec = withSteps(asked, course.trainExamples.length);
  const data_digest = dataDigest(course);
  const earlier: EarlierRun = options.out === undefined
    ? { record: null, checkpoint: null }
    : await findEarlierRun(options.out, options.resume ?? false, { spec, data_digest, ...platform() });
  if (earlier.record) return earlier.record;
  const takeBack = options.out ? prepareFolder(options.out) : () => {};
  const started = earlier.checkpoint?.about.started ?? new Date().toISOString();
  const outcome = await attemptRun(
    { spec, course, data_digest, started, checkpoint: earlier.checkpoint },
    options,
  ).catch((error) => {
    takeBack();
    throw error;
  });
  const record: RunRecord = {
    schema: recordSchema,
    run: {
      spec,
      seed: spec.seed,
      ...software(),
      started,
      status: outcome.status,
      error: outcome.error,
    },
    train: outcome.train,
    eval: outcome.eval,
    meta: { ...machine(), code_digest: codeDigest(), model_digest: outcome.modelDigest, data_digest },
    paper: null,
  };
  if (options.out) {
    await writeAside(join(options.out, runFiles.record), recordText(record));
    if (outcome.status === "done") {
      await removeCheckpoints(options.out);
      const further = course.tests.slice(1).map(({ task }) => task);
      for (const task of [undefined, ...further]) {
        for (const file of [runFiles.before(task), runFiles.examples(task)]) {
          await endLog(join(options.out, file));
        }
      }
    }
  }
  return record;
}
