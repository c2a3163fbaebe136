/** The names that are in scope before the first cell, for their types only: this module is read, never run. */
import * as tf from "@tensorflow/tfjs-core";
import * as aq from "arquero";
import * as nlora from "../../lib/mod.ts";
import { checkbox, menu, slider } from "../controls.ts";
import { interact } from "../interact.ts";

const { display } = nlora;
/** Asks for a secret, such as a token, that is not shown while it is typed; null where the answer is empty. */
declare function promptPassword(message?: string): string | null;

export { aq, checkbox, display, interact, menu, nlora, promptPassword, slider, tf };
