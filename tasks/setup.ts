import { exitOnSignals } from "./child.ts";
import { ownPlaces } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";

exitOnSignals("what was complete is kept; run the same command again to go on");
try {
  await setUp(ownPlaces());
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
