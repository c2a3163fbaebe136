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
  if (pictures) return Promise.resolve(pictureCourse(pictures, spec));
  return glue ? classificationCourse(glue, spec, data) : generationCourse(spec, data);
}
