import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { tokenizerFromJson, type TokenizerRoles } from "../../lib/text/tokenizer_json.ts";

const root = new URL("../..", import.meta.url).pathname;
const folder = new URL("../golden/tokenizers/", import.meta.url);
const minilm = join(process.env.NLORA_HOME ?? join(root, ".nlora"), "models", "minilm-l6", "tokenizer.json");

interface Golden {
  readonly strings: readonly string[];
  readonly kinds: Readonly<Record<string, { plain: string; special: string; decoded: string }>>;
}
const golden: Golden = JSON.parse(readFileSync(new URL("golden.json", folder), "utf8"));

const short = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** The roles matter to neither ids nor texts; any token of the vocabulary will do. */
function rolesFor(json: { added_tokens: { content: string }[] }): TokenizerRoles {
  return { specialTokens: { eos_token: json.added_tokens[0]!.content }, chatTemplate: null, cleanUp: false };
}

for (const [kind, expected] of Object.entries(golden.kinds)) {
  if (kind === "smollm2") continue; // in gguf_tokenizer_test.ts
  const path = kind === "minilm" ? minilm : new URL(`${kind}.json`, folder);
  const absent = !existsSync(path);
  Deno.test({
    name:
      `${kind}: ids and texts of ${golden.strings.length} odd strings are those of the tokenizers library${
        absent ? " (skipped: MiniLM is not in .nlora/models)" : ""
      }`,
    ignore: absent,
    fn: () => {
      assert.ok(golden.strings.length >= 2000);
      const json = JSON.parse(readFileSync(path, "utf8"));
      const tokenizer = tokenizerFromJson(json, rolesFor(json), kind);
      golden.strings.forEach((text, i) => {
        const at = (digests: string) => digests.slice(8 * i, 8 * i + 8);
        const plain = tokenizer.encode(text);
        const named = `${i}: ${JSON.stringify(text)} [${plain}]`;
        assert.equal(short(plain.join()), at(expected.plain), named);
        assert.equal(short(tokenizer.encodeInput(text).ids.join()), at(expected.special), named);
        const back = tokenizer.decode(plain, { skipSpecial: false });
        assert.equal(short(back), at(expected.decoded), `${named} ${JSON.stringify(back)}`);
      });
    },
  });
}
