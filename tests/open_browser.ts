import { type Browser, chromium } from "playwright-core";

/** Starts a browser without a screen. @param executablePath its program */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"], timeout: 180_000 });
}
