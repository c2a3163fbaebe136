import process from "node:process";

/**
 * Has the callbacks of timers and of `process.nextTick` run as promises' do. An endless loop in one can then be ended: what
 * the event loop itself has called can be ended only with the process.
 */
export function tameTimers(): void {
  const inJob = (callback: Callback, args: unknown[]) => () =>
    void Promise.resolve().then(() => callback(...args));
  const { setTimeout, setInterval, setImmediate } = globalThis;
  const nextTick = process.nextTick.bind(process);
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, delay?: number, ...args: unknown[]) =>
      setTimeout(inJob(callback, args), delay),
    setInterval: (callback: Callback, delay?: number, ...args: unknown[]) =>
      setInterval(inJob(callback, args), delay),
    setImmediate: (callback: Callback, ...args: unknown[]) => setImmediate(inJob(callback, args)),
  });
  process.nextTick = (callback: Callback, ...args: unknown[]) => nextTick(inJob(callback, args));
}

type Callback = (...args: unknown[]) => void;
