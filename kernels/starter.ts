/** Whether the program that started a process is still there. */
import process from "node:process";

/** What the system knows of processes. */
export interface Processes {
  /** The parent of this process, now. */
  parent(): number;
  isAlive(pid: number): boolean;
}

const system: Processes = {
  parent: () => process.ppid,
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
 * end at once, and so may the program, before this process gets to look: then it is the process of that number which counts.
 *
 * @param named the program's process, or NaN where it is not known
 */
export function watchStarter(named: number, { parent, isAlive }: Processes = system): () => boolean {
  const first = parent();
  if (Number.isNaN(named) || named === first) return () => parent() !== first;
  return () => (parent() !== first || first === 1) && !isAlive(named);
}
