import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { nodeBackend } from "./node_backend.ts";
import { hasRawOps } from "./raw_op.ts";

/**
 * The most memory that this process has had resident since `start()`, in bytes, as the operating system counts it
 * (the tensors of the CPU backends included; memory on a GPU is not).
 * On Linux the kernel's own high-water mark is reset and read; elsewhere it is the mark since the process began. Memory that
 * tensors of the tensorflow backend have left free is given back to the system first, so that it counts when it is used anew.
 */
export const peakMemory: { start(): void; read(): number } = {
  /** Forgets earlier peaks where the system allows it. */
  start(): void {
    if (hasRawOps()) nodeBackend().binding.releaseFreeMemory();
    try {
      writeFileSync("/proc/self/clear_refs", "5");
    } catch {
      // Not Linux, or not permitted: the mark then covers the whole process.
    }
  },

  read(): number {
    try {
      const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
      if (kilobytes) return Number(kilobytes) * 1024;
    } catch {
      // Not Linux.
    }
    return process.resourceUsage().maxRSS * 1024;
  },
};
