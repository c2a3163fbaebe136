/** What the kernel says of itself. */
import config from "../deno.json" with { type: "json" };
import { type Json, PROTOCOL_VERSION } from "./message.ts";

/** The content of a `kernel_info_reply`. */
export function kernelInfo(): Json {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "nlora",
    implementation_version: config.version,
    language_info: {
      name: "typescript",
      version: Deno.version.typescript,
      mimetype: "text/x.typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `NLoRA lab ${config.version}: TypeScript on Deno ${Deno.version.deno}`,
    help_links: [
      { text: "NLoRA, the paper", url: "https://arxiv.org/abs/2502.14482" },
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "Deno's API", url: "https://docs.deno.com/api/deno/" },
      { text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
      { text: "Arquero", url: "https://idl.uw.edu/arquero/api/" },
    ],
    supported_features: [],
    debugger: false,
  };
}
