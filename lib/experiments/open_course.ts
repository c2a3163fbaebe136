import { UsageError } from "../usage_error.ts";
import { jsonDigest } from "./environment.ts";
import { findPictureTask } from "../evaluation/drawn_pictures.ts";
import { findGlueTask } from "../evaluation/glue.ts";
import { classificationCourse } from "./classification_course.ts";
import type { Course } from "./course.ts";
import { generationCourse } from "./generation_course.ts";
import { pictureCourse } from "./picture_course.ts";
import type { Spec } from "./spec.ts";

/**
 * The course of a spec, with its examples.
 *
 * @throws UsageError for an unknown task, or data that are missing or broken
 */
export function openCourse(spec: Spec, data: string | undefined): Promise<Course> {
  const glue = findGlueTask(spec.task);
  const pictures = findPictureTask(spec.task);
  if (!pictures && !glue) return generationCourse(spec, data);
  if (spec.eval_also.length > 0 || spec.train_set !== null || spec.max_new_tokens > 0) {
    throw new UsageError(
      `${spec.task} has a head of its own, which serves no other task; leave eval_also, train_set and max_new_tokens out`,
    );
  }
  return pictures ? Promise.resolve(pictureCourse(pictures, spec)) : classificationCourse(glue!, spec, data);
}

/** The SHA-256 of all examples of a course, in hexadecimal. */
export function dataDigest({ trainExamples, tests }: Course): string {
  return jsonDigest([trainExamples, tests.flatMap(({ examples }) => examples)]);
}
