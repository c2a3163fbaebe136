import { Random } from "../../lib/tensor/random.ts";
import { array, f32, text, tinyGguf, type TinyPair, type TinyTensor, u32 } from "../formats/tiny_gguf.ts";

const [hidden, feedForward, keyValue] = [8, 12, 4];
/** The end of a text, then each byte by the character that byte-level vocabularies write for it. */
const tokens = ["<end>", ...byteCharacters()];

/**
 * A GGUF file with a random LLaMA of one layer and a tokenizer of single bytes: a whole model file that the command
 * line reads in no time. Ranks go up to 4, the context is 2048.
 */
export function tinyGgufLlama(seed = 0): Uint8Array {
  const random = new Random(seed);
  const values = (name: string, dims: readonly number[], mean: number, deviation: number): TinyTensor => ({
    name: `${name}.weight`,
    dims,
    type: 0,
    bytes: f32(...random.normal(dims.reduce((product, n) => product * n, 1), mean, deviation)),
  });
  const matrix = (name: string, outputs: number, inputs: number) => values(name, [inputs, outputs], 0, 0.3);
  const norm = (name: string) => values(name, [hidden], 1, 0.1);
  const pairs: TinyPair[] = [
    ["general.architecture", 8, text("llama")],
    ["llama.embedding_length", 4, u32(hidden)],
    ["llama.feed_forward_length", 4, u32(feedForward)],
    ["llama.block_count", 4, u32(1)],
    ["llama.attention.head_count", 4, u32(2)],
    ["llama.attention.head_count_kv", 4, u32(1)],
    ["llama.context_length", 4, u32(2048)],
    ["llama.rope.freq_base", 6, f32(10000)],
    ["llama.attention.layer_norm_rms_epsilon", 6, f32(1e-5)],
    ["tokenizer.ggml.model", 8, text("gpt2")],
    ["tokenizer.ggml.pre", 8, text("gpt-2")],
    ["tokenizer.ggml.tokens", 9, array(8, tokens.map(text))],
    ["tokenizer.ggml.token_type", 9, array(5, tokens.map((_, id) => u32(id === 0 ? 3 : 1)))],
    ["tokenizer.ggml.merges", 9, array(8, [])],
    ["tokenizer.ggml.eos_token_id", 4, u32(0)],
  ];
  return tinyGguf(pairs, [
    matrix("token_embd", tokens.length, hidden),
    matrix("blk.0.attn_q", hidden, hidden),
    matrix("blk.0.attn_k", keyValue, hidden),
    matrix("blk.0.attn_v", keyValue, hidden),
    matrix("blk.0.attn_output", hidden, hidden),
    matrix("blk.0.ffn_gate", feedForward, hidden),
    matrix("blk.0.ffn_up", feedForward, hidden),
    matrix("blk.0.ffn_down", hidden, feedForward),
    norm("blk.0.attn_norm"),
    norm("blk.0.ffn_norm"),
    norm("output_norm"),
  ]);
}

/** GPT-2's characters for the bytes 0 to 255: printable ones stand for themselves, the others for U+0100 onwards. */
function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = byte >= 0x21 && byte <= 0x7e || byte >= 0xa1 && byte !== 0xad;
    return String.fromCodePoint(printable ? byte : next++);
  });
}
