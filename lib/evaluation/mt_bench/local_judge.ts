import { encodePrompt } from "../../text/encode_prompt.ts";
import { generate } from "../generate.ts";
import type { Generative } from "../generate_options.ts";
import { conversationPrompt, hasChatTemplate } from "./conversation_prompt.ts";
import type { Judge, JudgeFailure } from "./judge.ts";

/** How a model on this machine judges. */
export interface LocalJudgeOptions {
  readonly name: string;
  /** The longest judgement, in tokens; by default 2048. */
  readonly maxTokens?: number;
  /** Judgements written at once; by default 4, since their prompts are long and attention's memory grows with their square. */
  readonly batch?: number;
}

/**
 * A model on this machine as a judge, greedily. It works with any decoder; that its ratings mean something takes a strong one:
 * MT-Bench's agreement with people was measured with GPT-4 (Zheng et al. 2023), and a model of a few hundred million parameters
 * mostly gives no rating at all.
 *
 * @param model stays the caller's
 */
export function localJudge(
  model: Generative,
  { name, maxTokens = 2048, batch = 4 }: LocalJudgeOptions,
): Judge {
  const { tokenizer, config: { max_position_embeddings: context } } = model;
  return {
    name,
    async ask(conversations, onReply, signal) {
      const failures: JudgeFailure[] = [];
      const prompts = conversations.map((messages) =>
        hasChatTemplate(tokenizer)
          ? conversationPrompt(tokenizer, "chat", messages)
          : messages.map(({ content }) => content).join("\n\n")
      );
      const asked = prompts.flatMap((prompt, index) => {
        const input = encodePrompt(tokenizer, prompt).length;
        if (input < context) return [{ index, prompt, input, limit: Math.min(maxTokens, context - input) }];
        failures.push({ index, reason: `its ${input} tokens fill the judge's context of ${context}` });
        return [];
      });
      const failed = new AbortController();
      const keeping: Promise<void>[] = [];
      await generate(model, asked.map(({ prompt }) => prompt), {
        maxNewTokens: asked.map(({ limit }) => limit),
        batch,
        onFinish: ({ text, ids, finish }, i) => {
          if (finish === "interrupted") return;
          const { index, input } = asked[i]!;
          const end = finish === "length" ? "length" : "stop";
          const work = onReply({ text, finish: end, usage: { input, output: ids.length } }, index);
          work.catch(() => failed.abort());
          keeping.push(work);
        },
        signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
      });
      await Promise.all(keeping);
      return failures;
    },
  };
}
