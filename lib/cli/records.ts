import process from "node:process";
import type { ColumnTable } from "arquero";
import { openStore } from "../experiments/store/open_store.ts";
import { runsTable } from "../report/runs_table.ts";
import { formatTable } from "../report/table.ts";
import { writeTable } from "../report/write_table.ts";
import { UsageError } from "../usage_error.ts";
import { type Command, optionalText } from "./command.ts";

const shown = ["method", "rank", "task", "learning_rate", "seed", "status", "metric", "value", "final_loss"];

/** `nlora records`: queries over the records of many runs. */
export const recordsCommand: Command = {
  name: "records",
  summary: "lists the records below a folder, filtered; writes them as .parquet, .arrow, .csv or .json",
  usage: `DIR [--filter 'd => d.rank > 8'] [--orderby COLUMN] [--columns A,B] [--out FILE]`,
  options: {
    filter: { type: "string" },
    orderby: { type: "string" },
    columns: { type: "string" },
    out: { type: "string" },
  },
  positionals: true,
  async run(given) {
    const [folder, ...more] = given.positionals;
    if (folder === undefined || more.length > 0) {
      throw new UsageError(`${given.positionals.length} folders are given; give one that holds records`);
    }
    const { records, damaged } = openStore(folder);
    for (const { path, reason } of damaged) process.stderr.write(`damaged, left out: ${path}: ${reason}\n`);
    if (records.length === 0) throw new UsageError(`there are no records below ${folder}`);
    let table = runsTable(records);
    const [filter, orderby, columns, out] = ["filter", "orderby", "columns", "out"].map((name) =>
      optionalText(given, name)
    );
    if (filter !== undefined) table = query(table, (all) => all.filter(filter));
    if (orderby !== undefined) table = query(table, (all) => all.orderby(orderby));
    const chosen = columns?.split(",") ?? (out === undefined ? shown : table.columnNames());
    table = query(table, (all) => all.select(chosen)).reify();
    if (out !== undefined) await writeTable(out, table);
    const text = out === undefined ? `${formatTable(table)}\n` : "";
    const damage = damaged.length > 0 ? `; ${damaged.length} damaged files left out` : "";
    return {
      json: { rows: table.objects(), damaged },
      text: `${text}${table.numRows()} rows of ${records.length} records${
        out ? ` written to ${out}` : ""
      }${damage}`,
      done: true,
    };
  },
};

function query(table: ColumnTable, act: (table: ColumnTable) => ColumnTable): ColumnTable {
  try {
    return act(table);
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.replace(/\s+/g, " ")}; the columns are ${table.columnNames().join(", ")}`,
    );
  }
}
