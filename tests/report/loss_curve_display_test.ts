import assert from "node:assert/strict";
import type { Figure } from "../../lib/report/plotly.ts";
import { lossCurveDisplay } from "../../lib/report/loss_curve_display.ts";

type Line = { name: string; x: number[]; y: number[] };

/** A kernel that keeps what it is shown, each after a while. */
function kernel() {
  const shown: { lines: Line[]; id?: string | undefined; update?: boolean | undefined }[] = [];
  return {
    shown,
    async display(thing: object, { display_id: id, update }: { display_id?: string; update?: boolean } = {}) {
      const lines = structuredClone((thing as Figure).data) as unknown as Line[];
      await new Promise((resolve) => setTimeout(resolve, 5));
      shown.push({ lines, id, update });
    },
  };
}

const steps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ step: i + 1, loss: 1 / (i + 1) }));

Deno.test("a picture is drawn at once, not for every step, and at the end with all of them, in one place", async () => {
  const notebook = kernel();
  const picture = lossCurveDisplay(notebook);
  for (let count = 1; count <= 20; count++) picture.update(steps(count), "lora");
  await picture.end();
  await picture.end();
  assert.deepEqual(notebook.shown.map(({ update }) => update), [false, true]);
  assert.deepEqual(notebook.shown.map(({ lines }) => lines[0]!.y.length), [1, 20]);
  assert.equal(new Set(notebook.shown.map(({ id }) => id)).size, 1);
});

Deno.test("every run has its line; a run that goes on keeps it", async () => {
  const notebook = kernel();
  const picture = lossCurveDisplay(notebook);
  picture.update(steps(3), "lora");
  await picture.end();
  picture.update(steps(2), "nlora");
  picture.update(steps(4), "lora");
  await picture.end();
  const { lines } = notebook.shown.at(-1)!;
  assert.deepEqual(lines.map(({ name, x }) => [name, x.length]), [["lora", 4], ["nlora", 2]]);
});

Deno.test("very many steps are drawn as means of groups", async () => {
  const notebook = kernel();
  const picture = lossCurveDisplay(notebook);
  picture.update([...Array(1999).keys()].map((i) => ({ step: i + 1, loss: i % 4 })));
  await picture.end();
  const { x, y } = notebook.shown[0]!.lines[0]!;
  assert.deepEqual([x.length, x[0], x.at(-1), y[0], y.at(-1)], [500, 4, 1999, 1.5, 1]);
});

Deno.test("nothing is shown without a step, nor outside of a notebook", async () => {
  const notebook = kernel();
  await lossCurveDisplay(notebook).end();
  assert.deepEqual(notebook.shown, []);
  const picture = lossCurveDisplay(null);
  picture.update(steps(2));
  await picture.end();
});
