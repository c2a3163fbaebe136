import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openJsonLinesLog } from "../../../lib/formats/json_lines_log.ts";
import { endpointJudge } from "../../../lib/evaluation/mt_bench/endpoint_judge.ts";
import { judgeAnswers } from "../../../lib/evaluation/mt_bench/judge_answers.ts";
import { pairRequests, singleRequests } from "../../../lib/evaluation/mt_bench/judge_requests.ts";
import type { Judgement } from "../../../lib/evaluation/mt_bench/judgement.ts";
import { loadMtBench } from "../../../lib/evaluation/mt_bench/load_mt_bench.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { fail, reply, withJudgeServer } from "./judge_server.ts";
import { smallMtBench } from "./small_mt_bench.ts";

const bench = await loadMtBench({ data: smallMtBench() });
const answers = new Map(bench.questions.map(({ id }) => [id, [`a${id}`, `b${id}`]] as const));
const requests = singleRequests(bench, answers);

Deno.test("each judgement is a line as soon as it is there; failures are told, and only they are asked again", async () => {
  const path = join(temporaryFolder(), "judgements.jsonl");
  let well = false;
  await withJudgeServer(({ text }, response) => {
    if (!well && text.includes("w3")) return fail(response, 400, { error: { message: "no" } });
    reply(response, text.includes("b111") ? "It is hard to say." : "Fine. [[7]]");
  }, async ({ baseUrl, asked }) => {
    const judge = endpointJudge({ baseUrl, model: "judge", concurrency: 2 });
    const told: number[] = [];
    const round = async (resume: boolean) => {
      const log = await openJsonLinesLog<Judgement>(path, { judge: "judge" }, resume);
      const onJudgement = (_: Judgement, judged: number, total: number) => told.push(judged, total);
      const result = await judgeAnswers(judge, requests, { log, onJudgement });
      await log.close(false);
      return result;
    };
    const first = await round(false);
    assert.deepEqual(first.judgements.map(({ id, verdict }) => [id, verdict]), [
      ...[["81/1", 7], ["81/2", 7], ["111/1", 7], ["111/2", null]],
    ]);
    assert.deepEqual(first.failures.map(({ id }) => id), ["82/1", "82/2"]);
    assert.match(first.failures[0]!.reason, /answers 400: no$/);
    assert.deepEqual(told, [1, 6, 2, 6, 3, 6, 4, 6]);
    const kept = readFileSync(path, "utf8");
    const line = JSON.parse(kept.split("\n").find((text) => text.includes('"111/1"'))!);
    assert.deepEqual(line, {
      ...{ id: "111/1", category: "math", turn: 1, order: null, judge_prompt: "single-math-v1" },
      prompt: "as single-math-v1\n\nQ 1+{1}? R 2 A a111",
      ...{ output: "Fine. [[7]]", extracted: "7", gold: "2", verdict: 7, finish: "stop" },
      usage: { input: 100, output: 10 },
    });

    well = true;
    const before = asked.length;
    const second = await round(true);
    assert.deepEqual([asked.length - before, second.failures], [2, []]);
    assert.deepEqual(second.judgements.map(({ id }) => id), requests.map(({ id }) => id));
    assert.ok(readFileSync(path, "utf8").startsWith(kept));
  });
});

Deno.test("of a pair the places are undone: a judge that always prefers A finds every pair inconsistent", async () => {
  await withJudgeServer((_, response) => reply(response, "[[A]]"), async ({ baseUrl }) => {
    const judge = endpointJudge({ baseUrl, model: "judge" });
    const { judgements } = await judgeAnswers(judge, pairRequests(bench, answers, answers));
    assert.deepEqual(judgements.map(({ order, extracted, verdict }) => [order, extracted, verdict]), [
      ...Array(6).fill([["ab", "A", "ours"], ["ba", "A", "theirs"]]).flat(),
    ]);
  });
});
