import assert from "node:assert/strict";
import { gradientCurves, lossCurves, parametersAgainstLoss } from "../../lib/report/figures.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

// Plotly's types name every trace at once; the tests look at a few fields.
type Trace = {
  name: string;
  x: number[];
  y: number[];
  line: { color: string; dash: string };
  marker: { color: string; symbol: string };
};
const traces = (data: unknown) => data as Trace[];

Deno.test("loss curves: a line for each run, at its steps, in its method's colour and mark", () => {
  const { data, layout, alternative } = lossCurves([
    sampleRecord({ method: "lora" }),
    sampleRecord({ method: "nlora" }, [1.4, 1.2]),
  ]);
  const [lora, nlora] = traces(data);
  assert.deepEqual([lora!.name, nlora!.name], ["LoRA", "NLoRA"]);
  assert.deepEqual(nlora!.x, [1, 2]);
  assert.deepEqual(nlora!.y, [1.4, 1.2]);
  assert.notEqual(lora!.line.color, nlora!.line.color);
  assert.notEqual(lora!.marker.symbol, nlora!.marker.symbol);
  assert.equal(lora!.line.color, traces(lossCurves([sampleRecord({ method: "lora" })]).data)[0]!.line.color);
  assert.deepEqual(layout.yaxis?.title, { text: "loss (nats per response token)" });
  assert.equal(layout.yaxis?.type, "linear");
  assert.equal(alternative, "Training loss by step. LoRA from 2.000 to 1.400; NLoRA from 1.400 to 1.300.");
});

Deno.test("loss curves: runs of one method share its colour and differ in their dashes", () => {
  const [a, b] = traces(
    lossCurves([sampleRecord({ method: "nlora" }), sampleRecord({ method: "nlora", core: "cur" })]).data,
  );
  assert.equal(a!.line.color, b!.line.color);
  assert.notEqual(a!.line.dash, b!.line.dash);
});

Deno.test("loss curves: losses that range widely stand on a logarithmic axis", () => {
  const records = [
    sampleRecord({ method: "nlora", core: "pinv" }, [1.4, 12]),
    sampleRecord({ method: "lora" }),
  ];
  assert.equal(lossCurves(records).layout.yaxis?.type, "log");
});

Deno.test("loss curves: the axis says what the loss is taken over", () => {
  const title = (...tasks: string[]) =>
    lossCurves(tasks.map((task) => sampleRecord({ method: "lora", task }))).layout.yaxis?.title;
  assert.deepEqual(title("glue/sst2"), { text: "loss (nats per example)" });
  assert.deepEqual(title("glue/stsb"), { text: "loss (squared error per example)" });
  assert.deepEqual(title("arithmetic", "glue/sst2"), { text: "loss" });
});

Deno.test("gradient curves: the norms at the steps of each run", () => {
  const { data, alternative } = gradientCurves([sampleRecord({ method: "lora" }, [2, 1])]);
  assert.deepEqual([traces(data)[0]!.x, traces(data)[0]!.y], [[1, 2], [1, 1]]);
  assert.equal(alternative, "Gradient norm by step. LoRA from 1 to 1.");
});

Deno.test("parameters against loss: a mark for each run on a logarithmic axis", () => {
  const { data, layout, alternative } = parametersAgainstLoss([
    sampleRecord({ method: "lora" }, [1.1]),
    sampleRecord({ method: "inttune" }, [0.992], 53_760),
  ]);
  assert.deepEqual(traces(data).map(({ x, y }) => [x, y]), [[[4_884_480], [1.1]], [[53_760], [0.992]]]);
  assert.equal(layout.xaxis?.type, "log");
  assert.match(alternative, /IntTune 53,760 parameters, loss 0\.992/);
});

Deno.test("runs without steps are left out of figures", () => {
  const records = [failedRecord("pissa"), sampleRecord({ method: "lora" })];
  assert.deepEqual(traces(lossCurves(records).data).map((trace) => trace.name), ["LoRA"]);
  assert.equal(parametersAgainstLoss(records).data.length, 1);
  assert.equal(lossCurves([]).data.length, 0);
});
