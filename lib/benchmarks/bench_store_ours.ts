import process from "node:process";
import { openStore } from "../experiments/store/open_store.ts";
import { paretoPicture } from "../report/pareto_picture.ts";
import { runsTable } from "../report/runs_table.ts";
import type { StoreTimes } from "./store_times.ts";

// Opens the store in the folder of the first argument, filters it, plots what is left, and tells the seconds of each.

const seconds = <T>(act: () => T): [T, number] => {
  const begun = performance.now();
  const result = act();
  return [result, (performance.now() - begun) / 1000];
};
const [{ records, damaged }, open_s] = seconds(() => openStore(process.argv[2]!));
const [rows, filter_s] = seconds(() =>
  runsTable(records).filter("d => d.rank >= 16 && d.value > 0.6").numRows()
);
const [figure, plot_s] = seconds(() => JSON.stringify(paretoPicture(records, "seconds")));
const times: StoreTimes = {
  ...{ open_s, filter_s, plot_s },
  runs: records.length,
  damaged: damaged.length,
  rows,
  figure_bytes: figure.length,
};
console.log(JSON.stringify(times));
