import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tokenizerFromFolder } from "../../lib/text/tokenizer_folder.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const root = temporaryFolder();
let folders = 0;

async function folderWith(kind: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = join(root, `${folders++}`);
  await mkdir(folder);
  const golden = new URL(`../golden/tokenizers/${kind}.json`, import.meta.url);
  await copyFile(golden, join(folder, "tokenizer.json"));
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return folder;
}

Deno.test("the special tokens' ids, the template and the input's form are the files'", async () => {
  const bert = await tokenizerFromFolder(
    await folderWith("bert", {
      "tokenizer_config.json": { cls_token: { content: "[CLS]", lstrip: false }, chat_template: "x" },
      "special_tokens_map.json": { sep_token: "[SEP]", pad_token: "[PAD]", cls_token: "[MASK]" },
    }),
  );
  assert.deepEqual([bert.bosId, bert.eosId, bert.padId, bert.chatTemplate], [2, 3, 0, "x"]);
  const { ids, typeIds } = bert.encodeInput("a", "b");
  assert.deepEqual([ids[0], ids.at(-1)], [2, 3]);
  assert.deepEqual(typeIds, [0, 0, 0, 1, 1]);
  assert.deepEqual(ids.slice(1, 2), bert.encode("a"));

  const llama = await tokenizerFromFolder(
    await folderWith("llama2", {
      "tokenizer_config.json": {
        eos_token: "</s>",
        bos_token: "<s>",
        chat_template: [{ name: "tool_use", template: "t" }, { name: "default", template: "d" }],
      },
    }),
  );
  assert.deepEqual([llama.bosId, llama.eosId, llama.padId, llama.chatTemplate], [1, 2, 2, "d"]);
  assert.deepEqual(llama.encodeInput("a").ids, [1, ...llama.encode("a")]);

  const template = await folderWith("llama2", {
    "tokenizer_config.json": { eos_token: "</s>", chat_template: "old" },
    "chat_template.jinja": "new",
  });
  assert.equal((await tokenizerFromFolder(template)).chatTemplate, "new");
});

Deno.test("RoBERTa's pairs have two separators and one type", async () => {
  const folder = await folderWith("roberta", {
    "tokenizer_config.json": { eos_token: "</s>", bos_token: "<s>" },
  });
  const tokenizer = await tokenizerFromFolder(folder);
  const [a, b] = [tokenizer.encode("a"), tokenizer.encode("b")];
  const { ids, typeIds } = tokenizer.encodeInput("a", "b");
  assert.deepEqual(ids, [0, ...a, 2, 2, ...b, 2]);
  assert.ok(typeIds.length === ids.length && typeIds.every((type) => type === 0));
});

Deno.test("missing and damaged files are refused by name", async () => {
  const cases: readonly [files: Readonly<Record<string, unknown>>, message: RegExp][] = [
    [{}, /no eos_token or sep_token is named beside it/],
    [
      { "tokenizer_config.json": { eos_token: "nowhere" } },
      /its eos_token "nowhere" is not in its vocabulary/,
    ],
    [{ "tokenizer_config.json": "{" }, /tokenizer_config.json is damaged/],
    [{ "tokenizer.json": "[]" }, /tokenizer.json is not a JSON object/],
    [
      { "tokenizer.json": { model: { type: "BPE", vocab: {}, merges: ["ab"] } } },
      /merges are no list of pairs/,
    ],
    [
      { "tokenizer.json": { model: { type: "WordLevel", vocab: {} } } },
      /is of type "WordLevel"; BPE, WordPiece/,
    ],
    [
      { "tokenizer.json": { model: { type: "BPE", vocab: { a: -1 }, merges: [] } } },
      /token "a" with the id -1/,
    ],
  ];
  for (const [files, message] of cases) {
    const folder = await folderWith("smollm", files);
    await assert.rejects(
      tokenizerFromFolder(folder),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  }
  await assert.rejects(tokenizerFromFolder(root), /there is no tokenizer.json in/);
});
