import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** Bytes that a process holds in memory now; 0 for one that is gone. */
export function residentMemory(pid: number): number {
  try {
    const kilobytes = process.platform === "linux"
      ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
      : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
