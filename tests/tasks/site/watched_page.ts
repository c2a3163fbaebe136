import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";

/** Of a phone, in CSS pixels. */
const phone = { width: 390, height: 844 };

/**
 * Opens a file at a phone's width and gives it to `use`; then checks that nothing went to the console as an error, that nothing was
 * fetched from elsewhere, and that the page does not scroll sideways.
 */
export async function onPhone(
  browser: Browser,
  file: string,
  use: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const page = await browser.newPage({ viewport: phone });
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("requestfailed", (request) => problems.push(`${request.url()} failed`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push(`it fetches ${request.url()}`);
  });
  try {
    page.setDefaultTimeout(180_000);
    await page.goto(pathToFileURL(file).href);
    await use(page);
    const wide = await page.evaluate(() => {
      const { scrollWidth } = document.documentElement;
      scrollTo(1000, 0);
      return Math.max(scrollWidth, innerWidth + scrollX);
    });
    assert.deepEqual(problems, [], file);
    assert.ok(wide <= phone.width, `${file} is ${wide} pixels wide`);
  } finally {
    await page.close();
  }
}
