import assert from "node:assert/strict";
import { generate } from "../../lib/evaluation/generate.ts";
import type { GenerateOptions } from "../../lib/evaluation/generate_options.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const prompts = ["3 1 4 1 5", "2", "9 2 6", "5 3 5 8 9 7 9", "1 1"];

/** Runs `use` with a tiny model, whose texts are ids with spaces between them; no tensor may be left behind. */
async function withModel(use: (model: Llama) => Promise<void>): Promise<void> {
  await assertNoLeak(async () => {
    const model = tinyLlama(4);
    await use(model);
    model.dispose();
  });
}

/** The model with another end of text, or with none. */
function endingWith(model: Llama, eosId: number) {
  return {
    tokenizer: { ...model.tokenizer, eosId },
    config: model.config,
    extend: model.extend.bind(model),
  };
}

/** The ids that follow a prompt when each one is the likeliest after a whole forward pass, without a cache. */
async function likeliestIds(
  model: Llama,
  prompt: string,
  count: number,
  eosId = model.tokenizer.eosId,
): Promise<number[]> {
  const ids = model.tokenizer.encode(prompt);
  const before = ids.length;
  while (ids.length < before + count) {
    const logits = model.logits(Int32Array.from(ids), 1);
    const values = await logits.data();
    logits.dispose();
    const last = values.subarray(values.length - model.config.vocab_size);
    const next = last.indexOf(Math.max(...last));
    if (next === eosId) break;
    ids.push(next);
  }
  return ids.slice(before);
}

Deno.test("greedy completions are the likeliest tokens of whole forward passes, whatever the batch", async () => {
  await withModel(async (model) => {
    const wanted: number[][] = [];
    for (const prompt of prompts) wanted.push(await likeliestIds(model, prompt, 12));
    for (const batch of [1, 2, 5]) {
      const completions = await generate(model, prompts, { maxNewTokens: 12, batch });
      assert.deepEqual(completions.map(({ ids }) => ids), wanted, `batch ${batch}`);
      completions.forEach(({ ids, text, finish }) => {
        assert.equal(text, ids.join(" "));
        assert.equal(finish, ids.length === 12 ? "length" : "eos");
      });
    }
  });
});

Deno.test("a completion ends at the end-of-text token, which is no part of it", async () => {
  await withModel(async (model) => {
    const ids = await likeliestIds(model, prompts[0]!, 8);
    const eosId = ids[3]!;
    const ending = endingWith(model, eosId);
    const [completion] = await generate(ending, [prompts[0]!], { maxNewTokens: 8 });
    assert.equal(completion!.finish, "eos");
    assert.deepEqual(completion!.ids, ids.slice(0, ids.indexOf(eosId)));
  });
});

Deno.test("in a batch whose sequences end one after the other each goes on to its own end", async () => {
  await withModel(async (model) => {
    const wanted: number[][] = [];
    for (const prompt of prompts) wanted.push(await likeliestIds(model, prompt, 12, -1));
    const lengths = new Set<string>();
    for (const eosId of new Set(wanted.flat())) {
      const ending = endingWith(model, eosId);
      const completions = await generate(ending, prompts, { maxNewTokens: 12 });
      completions.forEach(({ ids }, i) => {
        const end = wanted[i]!.indexOf(eosId);
        assert.deepEqual(ids, end < 0 ? wanted[i] : wanted[i]!.slice(0, end));
      });
      lengths.add(completions.map(({ ids }) => ids.length).join());
    }
    assert.ok([...lengths].some((all) => new Set(all.split(",")).size >= 3), [...lengths].join("; "));
  });
});

/** Prompts of 1 to 9 tokens with limits of up to so many new ones. */
function unequal(count: number, most: number): { prompts: string[]; limits: number[] } {
  const random = new Random(9);
  const prompt = () => Array.from({ length: 1 + random.int(9) }, () => 1 + random.int(22)).join(" ");
  return {
    prompts: Array.from({ length: count }, prompt),
    limits: Array.from({ length: count }, () => 1 + random.int(most)),
  };
}

Deno.test("prompts take the places of finished ones: the same tokens, in the order of the prompts, in fewer steps", async () => {
  await withModel(async (model) => {
    const { prompts, limits } = unequal(20, 6);
    let steps = 0;
    const counted = {
      ...endingWith(model, -1),
      extend: (...args: Parameters<Llama["extend"]>) => {
        if (args[1].cache !== null) steps++;
        return model.extend(...args);
      },
    };
    const complete = async (batch: number) => {
      steps = 0;
      const completions = await generate(counted, prompts, { maxNewTokens: limits, batch });
      return { ids: completions.map(({ ids }) => ids), steps };
    };
    const alone = await complete(1);
    assert.deepEqual(alone.ids.map((ids) => ids.length), limits);
    const tokens = limits.reduce((a, b) => a + b);
    for (const batch of [3, 16]) {
      const together = await complete(batch);
      assert.deepEqual(together.ids, alone.ids, `batch ${batch}`);
      assert.ok(together.steps < 1.4 * tokens / batch + 6, `${together.steps} steps of ${batch} sequences`);
    }
    const random = {
      temperature: 1,
      topK: 10,
      topP: 0.9,
      repetitionPenalty: 1.2,
      seed: 4,
      maxNewTokens: limits,
    };
    const drawn = await generate(counted, prompts, { ...random, batch: 1 });
    assert.deepEqual(await generate(counted, prompts, { ...random, batch: 5 }), drawn);
    assert.notDeepEqual(drawn.map(({ ids }) => ids), alone.ids);
  });
});

Deno.test("the pieces told of a text are whole characters, nothing of a stop text, and together the text", async () => {
  await withModel(async (model) => {
    const { prompts, limits } = unequal(8, 16);
    const bytes = [...new TextEncoder().encode("née 日本 😀\n## End")];
    const decode = (ids: readonly number[]) =>
      new TextDecoder().decode(Uint8Array.from(ids, (id) => bytes[id % bytes.length]!));
    const speaking = { ...endingWith(model, -1), tokenizer: { ...model.tokenizer, eosId: -1, decode } };
    const texts = await generate(speaking, prompts, { maxNewTokens: limits });
    const stop = ["##", "日本", texts.find(({ text }) => text.length > 9)!.text.slice(6, 9)];
    const pieces = prompts.map(() => [] as string[]);
    const completions = await generate(speaking, prompts, {
      ...{ maxNewTokens: limits, batch: 4, stop },
      onText: (piece, index) => pieces[index]!.push(piece),
      onFinish: ({ text }, index) => assert.equal(pieces[index]!.join(""), text),
    });
    assert.ok(completions.some(({ finish }) => finish === "stop"));
    assert.ok(pieces.flat().length > prompts.length);
    completions.forEach(({ text, finish }, i) => {
      assert.equal(pieces[i]!.join(""), text);
      assert.ok(finish !== "stop" || stop.some((words) => texts[i]!.text.startsWith(text + words)));
      for (const piece of pieces[i]!) assert.ok(piece !== "" && piece.isWellFormed());
    });
  });
});

Deno.test("stop texts are cut off, the first of them; a match of `done` is kept", async () => {
  await withModel(async (model) => {
    const [prompt] = prompts as [string];
    const ids = await likeliestIds(model, prompt, 10);
    const text = ids.join(" ");
    const complete = async (options: GenerateOptions) =>
      (await generate(model, [prompt], { maxNewTokens: 10, ...options }))[0]!;
    const stop = ` ${ids[4]} ${ids[5]}`;
    const stopped = await complete({ stop: ["never", stop] });
    assert.equal(stopped.finish, "stop");
    assert.equal(stopped.text, text.slice(0, text.indexOf(stop)));
    assert.ok(stopped.ids.length <= 6);

    const done = await complete({ done: new RegExp(`${ids[2]} ${ids[3]}`) });
    assert.equal(done.finish, "stop");
    assert.ok(done.text.endsWith(`${ids[2]} ${ids[3]}`) && done.ids.length <= 4);

    assert.equal((await complete({ stop: ["never"], done: /never/ })).text, text);
  });
});

Deno.test("at a temperature a seed fixes what is drawn, alone and in a batch; another seed draws otherwise", async () => {
  await withModel(async (model) => {
    const draw = async (options: GenerateOptions) =>
      (await generate(model, prompts, { maxNewTokens: 10, temperature: 1.5, ...options })).map((c) => c.ids);
    const drawn = await draw({ seed: 1 });
    assert.deepEqual(await draw({ seed: 1, batch: 2 }), drawn);
    const streams = ["e", "d", "c", "b", "a"];
    const named = await draw({ seed: 1, streams });
    assert.notDeepEqual(named, drawn);
    const [last] = await generate(model, prompts.slice(-1), {
      ...{ maxNewTokens: 10, temperature: 1.5, seed: 1, streams: streams.slice(-1) },
    });
    assert.deepEqual(last!.ids, named.at(-1)); // wherever the prompt stands
    assert.notDeepEqual(await draw({ seed: 2 }), drawn);
    assert.notDeepEqual(drawn, await draw({ temperature: 0 }));
    assert.deepEqual(await draw({ temperature: 1e-4 }), await draw({ temperature: 0 }));
  });
});

Deno.test("an empty prompt and one beyond the context are refused; one that just fits is not", async () => {
  await withModel(async (model) => {
    const refused = (prompt: string, maxNewTokens: number, words: RegExp) =>
      assert.rejects(
        generate(model, ["1 2", prompt], { maxNewTokens }),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    await refused("", 2, /a prompt is empty/);
    await refused("1 2 3", 62, /a prompt of 3 tokens with 62 new ones exceeds the context of 64/);
    const [whole] = await generate(model, ["1 2 3"], { maxNewTokens: 61 });
    assert.ok(whole!.ids.length > 0);
    const wrong = (options: GenerateOptions, words: RegExp) =>
      assert.rejects(
        generate(model, ["1", "2"], options),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    await wrong({ maxNewTokens: [3] }, /1 numbers for 2 prompts; give one for each/);
    await wrong({ maxNewTokens: [3, 0] }, /maxNewTokens 0 is not a whole number from 1/);
    await wrong({ batch: 0 }, /batch 0 is not a whole number from 1/);
    await wrong({ stop: [""] }, /a stop text is empty/);
    await wrong({ topP: 2 }, /top-p 2/);
    assert.deepEqual(await generate(model, []), []);
  });
});

Deno.test("an abort ends the sequences under way and leaves out the rest", async () => {
  await withModel(async (model) => {
    const controller = new AbortController();
    let calls = 0;
    const aborting = {
      ...endingWith(model, -1),
      extend: (...args: Parameters<Llama["extend"]>) => {
        if (++calls === 3) controller.abort();
        return model.extend(...args);
      },
    };
    const options = { maxNewTokens: 20, batch: 2, signal: controller.signal };
    const completions = await generate(aborting, prompts, options);
    assert.ok(completions.every(({ finish }) => finish === "interrupted"));
    assert.deepEqual(completions.map(({ ids }) => ids.length), [3, 0, 0, 3, 0]); // the longest prompts come first
    assert.equal(calls, 3);
  });
});

Deno.test("each finished completion is told once, with its index", async () => {
  await withModel(async (model) => {
    const told = new Map<number, string>();
    const completions = await generate(model, prompts, {
      maxNewTokens: 4,
      batch: 2,
      onFinish: ({ text }, index) => {
        assert.ok(!told.has(index));
        told.set(index, text);
      },
    });
    assert.deepEqual(completions.map((_, i) => told.get(i)), completions.map(({ text }) => text));
  });
});
