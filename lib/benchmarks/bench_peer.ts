import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { homePath } from "../models/catalogue.ts";
import { execute } from "./execute.ts";

const peers = ["torch==2.15.0", "transformers==5.23.0", "peft==0.21.0", "gguf==0.19.0"];

/** The Python of a venv with PEFT, transformers and torch, which is made at the first call. */
export async function peerPython(): Promise<string> {
  const venv = homePath("peer-venv");
  const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stamp = join(venv, "peers-installed");
  const list = peers.join(" ");
  const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : null;
  if (installed === list) return python;
  process.stderr.write(
    `installing ${peers.join(", ")} for the comparison into ${venv} (5.8 GB, some minutes)\n`,
  );
  if (installed === null) await execute("python3", ["-m", "venv", "--clear", venv]);
  await execute(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...peers]);
  await execute(python, ["-c", `open(${JSON.stringify(stamp)}, "w").write(${JSON.stringify(list)})`]);
  return python;
}
