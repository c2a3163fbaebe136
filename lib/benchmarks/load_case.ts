/** A model to be loaded with its tokenizer. */
export interface LoadCase {
  readonly kind: "decoder" | "encoder";
  /** A .gguf file, or a folder. */
  readonly path: string;
  /** Whether the tokenizer alone is loaded before what is measured, and kept. */
  readonly tokenizerBefore: boolean;
}

/** What a process that loaded a model tells. */
export interface LoadTimes {
  readonly seconds: number;
  /** The most memory that was resident during the load above what was resident before it. */
  readonly peak_memory_bytes: number;
  /** Of all tensors that the model consists of. */
  readonly tensor_bytes: number;
}
