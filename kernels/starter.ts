/** The program that started the kernel, and whether it is still there. */
import process from "node:process";

/** What is known of it. */
export interface Starter {
  /** The parent of this process, now. */
  parent(): number;
  /** The process that Jupyter names in `JPY_PARENT_PID`; NaN where there is none. */
  readonly named: number;
  isAlive(pid: number): boolean;
}

const ownStarter: Starter = {
  parent: () => process.ppid,
  named: Number(process.env.JPY_PARENT_PID || NaN),
  isAlive(pid) {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
};

/**
 * A function that tells whether the program that started this process has ended. A launcher between the two, such as a shell, may
 * end at once, and so may Jupyter, before this process gets to look: then it is the process that Jupyter names which counts.
 */
export function watchStarter({ parent, named, isAlive }: Starter = ownStarter): () => boolean {
  const first = parent();
  if (Number.isNaN(named) || named === first) return () => parent() !== first;
  return () => (parent() !== first || first === 1) && !isAlive(named);
}
