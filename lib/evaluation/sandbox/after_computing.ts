import process from "node:process";

/** How many times as long it may take by the clock, for a process that others keep from the processors or that waits. */
export const mostByClock = 10;

/**
 * Calls a function once this process has computed for so many seconds from now on, not before as many have passed, and at the
 * latest when ten times as many have: so that what runs on a busy machine is not taken for endless.
 *
 * @returns what takes the call back
 */
export function afterComputing(seconds: number, call: () => void): () => void {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const timer = setInterval(() => {
    const passed = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    // A loop without an end takes nearly all of a processor.
    const computed = (user + system) / 1e6 >= 0.8 * seconds;
    if (passed >= seconds && (computed || passed >= mostByClock * seconds)) call();
  }, Math.min(100, 1000 * seconds));
  return () => clearInterval(timer);
}
