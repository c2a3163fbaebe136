import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import project from "../../deno.json" with { type: "json" };
import { ownPath } from "../formats/own_path.ts";
import { currentBackend } from "../tensor/use_backend.ts";

/** Versions of what a run depends on: the library, the runtime, TensorFlow.js. */
export function versions(): { [name: string]: string } {
  const runtimes = process.versions as { [name: string]: string | undefined };
  const runtime = ["deno", "bun", "node"].find((name) => runtimes[name])!;
  return { nlora: project.version, [runtime]: runtimes[runtime]!, tfjs: tf.version_core };
}

/** What a record says of the code that made it. */
export interface SoftwareState {
  readonly versions: Readonly<{ [name: string]: string }>;
  /** The commit that the library stands at; null outside a clone. */
  readonly git_commit: string | null;
  /** Whether tracked files differ from it. */
  readonly git_dirty: boolean | null;
}

/** The versions and the commit that run now. */
export function software(): SoftwareState {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", ownPath(""), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim();
  try {
    if (git("rev-parse", "--show-prefix") === "") {
      const git_dirty = git("status", "--porcelain", "-uno") !== "";
      return { versions: versions(), git_commit: git("rev-parse", "HEAD"), git_dirty };
    } // else inside another project's clone
  } catch {
    // no git, no clone, or not on this disk
  }
  return { versions: versions(), git_commit: null, git_dirty: null };
}

/** What computes: a backend, and the device that it found. */
export interface Platform {
  readonly backend: string;
  readonly device: string;
}

/** What computes here. */
export function platform(): Platform {
  const { name, device } = currentBackend();
  return { backend: name, device };
}

/** The platform of a run, with the cores of its machine. */
export function machine(): Platform & { readonly cores: number } {
  return { ...platform(), cores: availableParallelism() };
}

/** SHA-256 of a value's JSON text, in hexadecimal. */
export function jsonDigest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
