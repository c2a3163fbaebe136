import { join } from "node:path";
import { writeAside } from "../lib/formats/write_aside.ts";
import { headlineParts, pictureFile, withHeadline } from "./readme/headline_parts.ts";

// Writes the README's picture and table anew from the records that are kept.

const root = join(import.meta.dirname!, "..");
const readme = join(root, "README.md");
const { svg, markdown } = headlineParts();
await writeAside(join(root, pictureFile), svg);
await writeAside(readme, withHeadline(await Deno.readTextFile(readme), markdown));
console.log(`written: ${pictureFile} and the table in README.md`);
