import { join, relative } from "node:path";
import { buildPackage } from "./package/build_package.ts";
import { ownPlaces } from "./setup/places.ts";

const { root, out } = ownPlaces();
try {
  const { file, modules, version } = await buildPackage(root, join(out, "package"));
  const megabytes = ((await Deno.stat(file)).size / 1e6).toFixed(1);
  console.log(`nlora ${version}, ${modules} modules, ${megabytes} MB: ${relative(Deno.cwd(), file)}`);
  console.log("install it by `npm install FILE` or `bun add FILE`; `npm publish FILE` publishes it");
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
