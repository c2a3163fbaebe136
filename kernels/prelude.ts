/** What every notebook begins with: the library in scope, and what happens at the end of each cell. */
import * as aq from "arquero";
import * as nlora from "../lib/mod.ts";
import { byteText } from "../lib/report/byte_text.ts";
import { CellTensors } from "./cell_tensors.ts";
import { comms } from "./comms.ts";
import { checkbox, menu, slider } from "./controls.ts";
import type { Interrupts } from "./inner/interrupts.ts";
import { interact } from "./interact.ts";

/** The garbage collector, there by a flag that the kernel gives to this process alone. */
const { gc: collect } = globalThis as unknown as { gc(): void };

/** Brings the library into the global scope; what it returns runs after each cell, while output is still the cell's. */
export function prelude(interrupts: Interrupts): () => Promise<void> {
  const tensors = new CellTensors(collect);
  nlora.installDisplay();
  Object.assign(globalThis, {
    nlora,
    tf: nlora.tf,
    aq,
    display: nlora.display,
    ...{ checkbox, interact, menu, slider },
    [Symbol.for("nlora.comms")]: comms,
  });
  return async () => {
    await interrupts.race(nlora.display.settled()).catch(() => {}); // an interrupt ends this waiting too
    const { count, bytes } = await tensors.endCell();
    if (count === 0) return;
    const made = `${count} tensor${count > 1 ? "s" : ""} (${byteText(bytes)}) made in this cell`;
    console.error(
      `${made} ${
        count > 1 ? "were" : "was"
      } held by no variable and freed; nlora.tidy frees such tensors earlier`,
    );
  };
}
