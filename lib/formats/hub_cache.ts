import { copyFile, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import process from "node:process";
import { UsageError } from "../usage_error.ts";
import { isPlainPath } from "./file_in_folder.ts";
import { writeAside } from "./write_aside.ts";

/** One file of a repository on the Hub. */
export interface HubFile {
  /** `owner/name`, or `name` for the few without an owner. */
  readonly repo: string;
  /** Within the repository, with `/` between folders. */
  readonly path: string;
  readonly type: "model" | "dataset";
  /** Branch, tag or commit. */
  readonly revision: string;
}

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Where the Hub's files are kept on this machine, as Python's huggingface_hub finds it: `HF_HUB_CACHE`, else
 * `HF_HOME/hub`, else `~/.cache/huggingface/hub`.
 */
export function hubCacheFolder(): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env;
  const folder = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE ||
    join(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface"), "hub");
  return folder.replace(/^~(?=$|[/\\])/, homedir());
}

/** Refuses names that would lead out of the cache or that the Hub does not have; a {@link UsageError}. */
export function checkHubFile({ repo, path, revision }: HubFile): void {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repo) || /--|\.\./.test(repo) || !isPlainPath(repo)) {
    throw new UsageError(`"${repo}" is not the name of a repository on the Hub; give it as owner/name`);
  }
  if (!isPlainPath(path)) {
    throw new UsageError(`"${path}" is not a path within a repository; give it as folder/file`);
  }
  if (!isPlainPath(revision)) throw new UsageError(`"${revision}" is not a branch, a tag or a commit`);
}

/** The repository's folder in the cache; refs/, blobs/ and snapshots/ are below it. */
export function repoFolder({ repo, type }: HubFile): string {
  return join(hubCacheFolder(), [`${type}s`, ...repo.split("/")].join("--"));
}

/** Where the file is found in the cache for a commit. */
export function snapshotPath(file: HubFile, commit: string): string {
  return join(repoFolder(file), "snapshots", commit, ...file.path.split("/"));
}

/** The file's path in the cache, if its revision was brought before. */
export async function cachedFile(file: HubFile): Promise<string | null> {
  const commit = COMMIT.test(file.revision) ? file.revision : await savedCommit(file);
  if (commit === null || !COMMIT.test(commit)) return null;
  const path = snapshotPath(file, commit);
  return await exists(path) ? path : null;
}

async function savedCommit(file: HubFile): Promise<string | null> {
  try {
    return (await readFile(refPath(file), "utf8")).trim();
  } catch {
    return null;
  }
}

function refPath(file: HubFile): string {
  return join(repoFolder(file), "refs", ...file.revision.split("/"));
}

/** Whether there is a file, or a link to a file that is there. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/**
 * Notes the revision's commit and links the blob into the commit's snapshot; where links are not allowed (Windows)
 * the blob is copied. Returns the file's path in the snapshot.
 */
export async function linkIntoSnapshot(file: HubFile, commit: string, blob: string): Promise<string> {
  if (file.revision !== commit) await writeAside(refPath(file), commit);
  const path = snapshotPath(file, commit);
  await mkdir(dirname(path), { recursive: true });
  try {
    await symlink(relative(dirname(path), blob).split(sep).join("/"), path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EPERM" || code === "ENOSYS") await copyFile(blob, path);
    else if (code !== "EEXIST" || !await exists(path)) throw error;
  }
  return path;
}
