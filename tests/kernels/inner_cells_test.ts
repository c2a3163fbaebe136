import assert from "node:assert/strict";
import { Cells } from "../../kernels/inner/cells.ts";
import { Interrupts } from "../../kernels/inner/interrupts.ts";
import { CellMaps } from "../../kernels/inner/stack.ts";

/** Cells and what they send; `ended` resolves at the end of the next cell. */
function started() {
  const sent: (readonly [type: string, word: unknown])[] = [];
  let ended = Promise.withResolvers<void>();
  const cells = new Cells({
    interrupts: new Interrupts(() => {}),
    maps: new CellMaps(),
    endCell: () => Promise.resolve(),
    mark: () => {},
    send(type, content) {
      sent.push([type, (content as { ename?: string }).ename ?? (content as { id?: number }).id]);
      if (type === "done") ended.resolve();
    },
  });
  const end = async () => {
    await ended.promise;
    ended = Promise.withResolvers();
  };
  return { cells, sent, end };
}

Deno.test("cells in their process: one that is stopped ends as interrupted", async () => {
  const { cells, sent, end } = started();
  cells.do(1, () => new Promise(() => {}));
  cells.stopped({ id: 1 });
  await end();
  assert.deepEqual(sent, [["failed", "Interrupted"], ["done", 1]]);
});

Deno.test("cells in their process: one whose begin was ended by force ends too, and does not begin later", async () => {
  const { cells, sent, end } = started();
  cells.stopped({ id: 4 });
  await end();
  cells.do(4, () => Promise.resolve(assert.fail("it has ended")));
  cells.do(6, () => Promise.resolve());
  await end();
  cells.stopped({ id: 4 });
  assert.deepEqual(sent, [["failed", "Interrupted"], ["done", 4], ["done", 6]]);
});

Deno.test("cells in their process: one whose end was not heard, since that was ended by force, ends at the second try", async () => {
  const { cells, sent, end } = started();
  const then = Promise.prototype.then;
  let calls = 0;
  // The last of the calls in `do` is the one that hears of the cell's end.
  Promise.prototype.then = function (this: Promise<unknown>, ...given: Parameters<typeof then>) {
    return ++calls === 3 ? this : then.apply(this, given);
  } as typeof then;
  try {
    cells.do(1, () => Promise.resolve());
  } finally {
    Promise.prototype.then = then;
  }
  assert.equal(calls, 3);
  await new Promise((resolve) => setTimeout(resolve));
  cells.stopped({ id: 1 });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(sent, []);
  cells.stopped({ id: 1 });
  await end();
  assert.deepEqual(sent, [["failed", "Interrupted"], ["done", 1]]);
});
