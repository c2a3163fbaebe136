import { readFileSync } from "node:fs";
import { freemem } from "node:os";

/** Of what is free, so that the machine stays usable. */
const share = 0.8;

/** Bytes that jobs may hold together: a share of what the machine, and the control group that this runs in, have free. */
export function freeMemoryLimit(): number {
  return Math.floor(share * Math.min(available(), groupLeft()));
}

function available(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(read("/proc/meminfo"))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

function groupLeft(): number {
  const [most, used] = ["max", "current"].map((name) =>
    Number(read(`/sys/fs/cgroup/memory.${name}`).trim() || NaN)
  );
  return Number.isFinite(most! - used!) ? most! - used! : Infinity; // "max" is no limit
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
