import { Random } from "../tensor/random.ts";

/** A task of telling drawn pictures apart. */
export interface PictureTask {
  readonly name: string;
  /** The classes in the order of their numbers. */
  readonly classes: readonly string[];
  /** How far a point, at a distance from the shape's edge (negative inside), is marked: 0 or 1, or between on the way. */
  readonly mark: (distance: number) => number;
  /** The sign of the marks: 1 for bright ones on dark. */
  readonly sign: 1 | -1;
}

/** One drawn picture. */
export interface Picture {
  readonly id: string;
  /** {@linkcode pictureSide}² numbers about −1 (dark) and 1 (bright), row by row. */
  readonly pixels: readonly number[];
  /** The class by its number. */
  readonly target: number;
}

/** Pixels along each side. */
export const pictureSide = 16;

/** Of the normal noise on every pixel. */
const NOISE = 0.5;

/** Signed distances to the edge of shapes about the size 1, around 0. */
const shapes: Readonly<Record<string, (x: number, y: number) => number>> = {
  disc: (x, y) => Math.hypot(x, y) - 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.85,
  diamond: (x, y) => (Math.abs(x) + Math.abs(y)) * Math.SQRT1_2 - 0.85,
  triangle: (x, y) => Math.max(0.87 * Math.abs(x) + 0.5 * y, -y) - 0.55,
  plus: (x, y) =>
    Math.min(
      Math.max(Math.abs(x) - 0.3, Math.abs(y) - 1),
      Math.max(Math.abs(x) - 1, Math.abs(y) - 0.3),
    ),
  half: (x, y) => Math.max(Math.hypot(x, y) - 1.1, y - 0.2),
};

const classes = Object.keys(shapes);
const between = (x: number) => Math.min(1, Math.max(0, x));

/** Two tasks on the same six shapes: filled ones, bright on dark, and their outlines, dark on bright. */
export const pictureTasks: readonly PictureTask[] = [
  { name: "pictures/filled", classes, mark: (distance) => between(0.5 - distance), sign: 1 },
  { name: "pictures/outlines", classes, mark: (distance) => between(1.2 - Math.abs(distance)), sign: -1 },
];

/** The task of a name, if it is one of pictures. */
export function findPictureTask(name: string): PictureTask | undefined {
  return pictureTasks.find((task) => task.name === name);
}

/**
 * Draws pictures of a task: a shape of random class, place, size and small turn, under noise. The same seed and split draw the same
 * pictures, whatever the count.
 *
 * @example
 * ```ts
 * import { drawPictures, findPictureTask } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const task = findPictureTask("pictures/outlines")!;
 * const [first] = drawPictures(task, { split: "train", count: 1, seed: 0 });
 * assert.equal(first!.pixels.length, 16 * 16);
 * assert.deepEqual(drawPictures(task, { split: "train", count: 2, seed: 0 })[0], first);
 * ```
 */
export function drawPictures(
  task: PictureTask,
  { split, count, seed }: { readonly split: "train" | "test"; readonly count: number; readonly seed: number },
): Picture[] {
  const random = new Random(seed).fork(`${task.name} ${split}`);
  return Array.from({ length: count }, (_, i) => drawPicture(task, random, `${split}-${i}`));
}

function drawPicture({ mark, sign }: PictureTask, random: Random, id: string): Picture {
  const target = random.int(classes.length);
  const [x = 0, y = 0, size = 0, turn = 0] = random.uniform(4, -1, 1);
  const [centreX, centreY, radius, angle] = [7.5 + 2 * x, 7.5 + 2 * y, 4.7 + 0.8 * size, 0.2 * turn];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const distance = shapes[classes[target]!]!;
  const noise = random.normal(pictureSide ** 2, 0, NOISE);
  const pixels = Array.from(noise, (grain, i) => {
    const [dx, dy] = [i % pictureSide - centreX, Math.floor(i / pictureSide) - centreY];
    const marked = mark(radius * distance((cos * dx + sin * dy) / radius, (cos * dy - sin * dx) / radius));
    return Math.fround(sign * (2 * marked - 1) + grain);
  });
  return { id, pixels, target };
}
