import { isRecord } from "../formats/json.ts";
import { PUNCTUATION } from "./punctuation.ts";

type Part = Readonly<Record<string, unknown>>;

/**
 * GPT-2's split into words, with White_Space in place of `\s`, which JavaScript understands otherwise than the
 * library that the vocabularies were trained with (U+0085, U+FEFF).
 */
export const GPT2_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+";

/**
 * A part of a tokenizer.json (a normalizer, pre-tokenizer or post-processor) written with other parts, where the
 * JavaScript library reads it otherwise than the original one in Rust: other classes of characters, options that it
 * passes over. What it reads alike is returned as it is.
 */
export function mendPart(part: Part): Part {
  for (const list of ["normalizers", "pretokenizers", "processors"]) {
    if (Array.isArray(part[list])) {
      return {
        ...part,
        [list]: part[list].map((p) => isRecord(p) ? mendPart(p) : p),
      };
    }
  }
  const mend = Object.hasOwn(MENDS, String(part.type)) ? MENDS[String(part.type)] : undefined;
  return mend ? mend(part) : part;
}

const MENDS: Readonly<Record<string, (part: Part) => Part>> = {
  // Normalizers.
  BertNormalizer: (part) => normalizers(bertNormalizers(part)),
  Lowercase: () => normalizers(LOWERCASE),
  // The library takes "$" in the content for a reference, and the pre-tokenizers have no such part.
  Replace: (part) => ({ ...part, content: String(part.content ?? "").replaceAll("$", "$$$$") }),
  Strip: (part) => {
    const left = part.strip_left ? [replace("\\A\\s+", "")] : [];
    return normalizers([...left, ...(part.strip_right ? [replace("\\s+\\z", "")] : [])]);
  },
  // Pre-tokenizers.
  ByteLevel: (part) => {
    if (part.use_regex === false || !("use_regex" in part)) return part;
    const space = part.add_prefix_space ? [replace("\\A[^ ]", " $&")] : [];
    return pretokenizers([...space, split(GPT2_WORDS), {
      type: "ByteLevel",
      use_regex: false,
      add_prefix_space: false,
    }]);
  },
  BertPreTokenizer: () => pretokenizers([matches("\\S+"), split(PUNCTUATION)]),
  Digits: ({ individual_digits }) => split(individual_digits ? "\\p{N}" : "\\p{N}+"),
  Metaspace: (part) => {
    const { replacement: mark = "▁", prepend_scheme, add_prefix_space, split: parted = true } = part;
    const scheme = prepend_scheme ?? (add_prefix_space === false ? "never" : "always");
    const marks = { type: "Metaspace", replacement: mark, prepend_scheme: scheme };
    const literal = `\\x{${String(mark).codePointAt(0)?.toString(16)}}`;
    return parted ? pretokenizers([marks, matches(`${literal}[^${literal}]*|[^${literal}]+`)]) : marks;
  },
  Punctuation: ({ behavior = "Isolated" }) =>
    split(behavior === "Contiguous" ? `${PUNCTUATION}+` : PUNCTUATION, behavior),
  Whitespace: () => matches("\\w+|[^\\w\\s]+"),
  WhitespaceSplit: () => matches("\\S+"),
  Split: (part) => {
    if (part.behavior !== "MergedWithPrevious" && part.behavior !== "MergedWithNext") return part;
    const { String: text } = isRecord(part.pattern) ? part.pattern as { String?: unknown } : {};
    // Gemma's: by then no space is left.
    return text === " " ? pretokenizers([]) : { type: `Split with ${part.behavior}` };
  },
  // Post-processors.
  BertProcessing: (part) => template(part, [], 1),
  RobertaProcessing: (part) => template(part, [part.sep], 0),
};

const normalizers = (list: readonly Part[]): Part => ({ type: "Sequence", normalizers: list });
const pretokenizers = (list: readonly Part[]): Part => ({ type: "Sequence", pretokenizers: list });
const replace = (regex: string, content: string): Part => ({
  type: "Replace",
  pattern: { Regex: regex },
  content,
});
const split = (regex: string, behavior: unknown = "Isolated"): Part => ({
  type: "Split",
  pattern: { Regex: regex },
  behavior,
  invert: false,
});
/** A split that keeps what the expression matches and drops the rest. */
const matches = (regex: string): Part => ({ ...split(regex, "Removed"), invert: true });

/** Σ becomes σ wherever it stands, as in Rust; JavaScript would write ς at the end of a word. */
const LOWERCASE: readonly Part[] = [replace("Σ", "σ"), { type: "Lowercase" }];

function bertNormalizers(part: Part): Part[] {
  const { clean_text, handle_chinese_chars, strip_accents, lowercase } = part;
  const clean = [
    replace("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\p{Cf}\\p{Co}\\x{FFFD}]", ""),
    replace("\\s", " "),
  ];
  const ideographs = replace(
    "[\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{20000}-\\x{2A6DF}\\x{2A700}-\\x{2B73F}\\x{2B740}-\\x{2B81F}" +
      "\\x{2B920}-\\x{2CEAF}\\x{F900}-\\x{FAFF}\\x{2F800}-\\x{2FA1F}]",
    " $& ",
  );
  return [
    ...(clean_text ? clean : []),
    ...(handle_chinese_chars ? [ideographs] : []),
    ...(strip_accents ?? lowercase ? [{ type: "NFD" }, replace("\\p{Mn}", "")] : []),
    ...(lowercase ? LOWERCASE : []),
  ];
}

function template({ cls, sep }: Part, between: readonly unknown[], pairType: number): Part {
  const special = (token: unknown, type_id: number) => ({
    SpecialToken: { id: Array.isArray(token) ? token[0] : token, type_id },
  });
  const single = [special(cls, 0), { Sequence: { id: "A", type_id: 0 } }, special(sep, 0)];
  const second = { Sequence: { id: "B", type_id: pairType } };
  const pair = [
    ...single,
    ...between.map((token) => special(token, pairType)),
    second,
    special(sep, pairType),
  ];
  return { type: "TemplateProcessing", single, pair };
}
