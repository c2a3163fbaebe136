import assert from "node:assert/strict";
import { pairedBootstrap } from "../../lib/evaluation/bootstrap.ts";
import { accuracy } from "../../lib/evaluation/metrics/accuracy.ts";
import { pearson } from "../../lib/evaluation/metrics/pearson.ts";
import { Random } from "../../lib/tensor/random.ts";

const random = new Random(3);
const gold = Array.from({ length: 200 }, () => random.int(2));
/** The gold classes, each wrong with a chance of one in `odds`. */
const wrongly = (odds: number) => gold.map((y) => random.int(odds) === 0 ? 1 - y : y);

Deno.test("pairedBootstrap: the interval is as wide as the differences of single examples say", () => {
  const [first, second] = [wrongly(3), wrongly(10)];
  const { difference, low, high } = pairedBootstrap(accuracy, gold, [first], [second], { samples: 4000 });
  assert.equal(difference, accuracy(second, gold) - accuracy(first, gold));
  const each = gold.map((y, i) => Number(second[i] === y) - Number(first[i] === y));
  const variance = each.reduce((sum, d) => sum + (d - difference) ** 2, 0) / gold.length;
  const half = 1.96 * Math.sqrt(variance / gold.length); // the normal approximation
  assert.ok(Math.abs(low - (difference - half)) < 0.015, `${low} ${difference - half}`);
  assert.ok(Math.abs(high - (difference + half)) < 0.015, `${high} ${difference + half}`);
});

Deno.test("pairedBootstrap: pairs belong together, seeds are averaged, the same seed draws the same", () => {
  const [first, second] = [wrongly(4), wrongly(4)];
  assert.deepEqual(pairedBootstrap(accuracy, gold, [first], [first], { samples: 50 }), {
    difference: 0,
    low: 0,
    high: 0,
  });
  const options = { samples: 200, seed: 5 };
  const both = pairedBootstrap(accuracy, gold, [first], [first, second], options);
  const alone = pairedBootstrap(accuracy, gold, [first], [second], options);
  assert.ok(Math.abs(both.difference - alone.difference / 2) < 1e-12);
  assert.ok(Math.abs(both.high - alone.high / 2) < 1e-12);
  assert.deepEqual(pairedBootstrap(accuracy, gold, [first], [second], options), alone);
  assert.notDeepEqual(pairedBootstrap(accuracy, gold, [first], [second], { ...options, seed: 6 }), alone);
});

Deno.test("pairedBootstrap: what cannot be compared is refused", () => {
  const refused = (words: RegExp, ...[lists, options]: [readonly number[][], object?]) =>
    assert.throws(() => pairedBootstrap(pearson, [1, 2], lists, [[1, 2]], options), words);
  refused(/1 predictions for 2 gold/, [[1]]);
  refused(/give the predictions of each/, []);
  refused(/samples 0 is not a whole number from 1/, [[1, 2]], { samples: 0 });
  refused(/level 1 is not between/, [[1, 2]], { level: 1 });
});
