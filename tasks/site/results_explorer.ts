import type * as Arquero from "arquero";
import type { Data, Layout } from "plotly.js";
import type { ResultRow } from "./result_rows.ts";

/**
 * Fills the results page: filters, a table that is sorted by the column that is pressed, and two pictures with the Pareto front of
 * the measure against another. It runs in the page, as the text of this function alone, with Arquero as `aq` and Plotly there.
 *
 * A front holds the runs that no other run of the same experiment, model and task beats in both measures; only such runs were given
 * the same data and the same time.
 */
export function resultsExplorer(root: HTMLElement, rows: readonly ResultRow[]): void {
  const { aq, Plotly } = globalThis as unknown as {
    aq: typeof Arquero;
    Plotly: { react(place: HTMLElement, data: Data[], layout: Partial<Layout>, config: object): void };
  };
  type Key = keyof ResultRow;
  const columns: readonly (readonly [key: Key, title: string, numeric?: boolean])[] = [
    ["experiment", "experiment"],
    ["run", "run"],
    ["rank", "rank", true],
    ["seed", "seed", true],
    ["model", "model"],
    ["task", "task"],
    ["score", "score", true],
    ["before", "before", true],
    ["loss", "final loss", true],
    ["parameters", "trained parameters", true],
    ["seconds", "training s", true],
    ["start", "start s", true],
    ["megabytes", "peak MB", true],
    ["status", "status"],
  ];
  const rowsOfPage = 100;
  const place = <T extends HTMLElement = HTMLElement>(name: string) =>
    root.querySelector<T>(`[data-place="${name}"]`)!;
  const selects = [...root.querySelectorAll<HTMLSelectElement>("select[data-filter]")];
  const measure = place<HTMLSelectElement>("measure");
  const words = place<HTMLInputElement>("words");
  let order: { key: Key; down: boolean } = { key: "started", down: false };
  let first = 0;

  const text = (value: unknown) => value === null ? "–" : String(value);
  const number = (value: number) =>
    Math.abs(value) >= 1000
      ? Math.round(value).toLocaleString("en-US")
      : String(Number(value.toPrecision(4)));
  const all = aq.from(rows as ResultRow[]);
  for (const select of selects) {
    const key = select.dataset.filter!;
    const counts = all.groupby(key).count().orderby(key).objects() as { [name: string]: unknown }[];
    for (const row of counts) select.add(new Option(`${text(row[key])} (${row.count})`, text(row[key])));
  }

  /** The rows that no other of their group beats. */
  const front = (
    shown: readonly ResultRow[],
    cost: Key,
    gain: (row: ResultRow) => number,
  ): Set<ResultRow> => {
    const best = new Set<ResultRow>();
    const groups = Map.groupBy(shown, (row) => [row.experiment, row.model, row.task, row.metric].join("\n"));
    for (const group of groups.values()) {
      const ordered = group.toSorted((a, b) => Number(a[cost]) - Number(b[cost]) || gain(b) - gain(a));
      let highest = -Infinity;
      for (const row of ordered) {
        if (gain(row) <= highest) continue;
        highest = gain(row);
        best.add(row);
      }
    }
    return best;
  };

  const draw = (name: string, shown: readonly ResultRow[], cost: Key, title: string) => {
    const key = measure.value as "score" | "loss";
    const gain = (row: ResultRow) => key === "score" ? row.score! : -row.loss!;
    const measured = shown.filter((row) => row[key] !== null && row[cost] !== null);
    const best = front(measured, cost, gain);
    const methods = Map.groupBy(measured, (row) => row.method);
    const points = [...methods].map(([method, group]): Data => ({
      type: "scatter",
      mode: "markers",
      name: method,
      x: group.map((row) => row[cost] as number),
      y: group.map((row) => row[key]!),
      marker: {
        color: group[0]!.color,
        symbol: group[0]!.symbol,
        size: group.map((row) => best.has(row) ? 13 : 8),
        line: { color: "#222222", width: group.map((row) => best.has(row) ? 1.5 : 0) },
      },
      text: group.map((row) => `${row.run}<br>${row.experiment}, ${row.model}, ${row.task}`),
      hovertemplate: `%{text}<br>%{y:.4g} at %{x:.4g}<extra></extra>`,
    }));
    const lines = [...Map.groupBy(best, (row) => `${row.experiment}, ${row.model}, ${row.task}`)].map(
      ([group, members]): Data => ({
        type: "scatter",
        mode: "lines",
        name: `front of ${group}`,
        showlegend: false,
        x: members.map((row) => row[cost] as number),
        y: members.map((row) => row[key]!),
        line: { color: "#555555", width: 1.5, dash: "dot", shape: "hv" },
        hoverinfo: "skip",
      }),
    );
    const values = measured.map((row) => row[cost] as number);
    const wide = values.length > 0 && Math.min(...values) > 0 &&
      Math.max(...values) / Math.min(...values) > 8;
    const y = key === "score" ? "score" : "final loss (nats per token)";
    const said = [...best].map((row) =>
      `${row.run} (${number(row[key]!)} at ${number(row[cost] as number)})`
    );
    const words = measured.length === 0
      ? `No run shown has ${y} and ${title}.`
      : `${y} against ${title}, ${measured.length} runs. On the front: ${said.join(", ")}.`;
    place(`${name}-words`).textContent = words;
    place(name).setAttribute("aria-label", words);
    Plotly.react(place(name), [...lines, ...points], {
      height: 420,
      font: { family: "system-ui, sans-serif", size: 13, color: "#222222" },
      margin: { l: 60, r: 12, t: 12, b: 50 },
      xaxis: { title: { text: title }, type: wide ? "log" : "linear", automargin: true },
      yaxis: { title: { text: y }, automargin: true },
      legend: { orientation: "h", y: -0.25, yanchor: "top" },
      hovermode: "closest",
    }, { responsive: true, displaylogo: false });
  };

  const fill = (shown: readonly ResultRow[]) => {
    const body = place<HTMLTableSectionElement>("rows");
    body.replaceChildren(
      ...shown.slice(first, first + rowsOfPage).map((row) => {
        const line = document.createElement("tr");
        for (const [key, , numeric] of columns) {
          const cell = line.insertCell();
          const value = row[key];
          cell.textContent = numeric && value !== null ? number(value as number) : text(value);
          if (numeric) cell.className = "right";
          if (key === "score" && row.metric !== null) cell.title = row.metric;
          if (key === "status" && row.error !== null) cell.title = row.error;
          if (key !== "run") continue;
          const link = document.createElement("a");
          link.href = row.file;
          link.textContent = cell.textContent;
          cell.replaceChildren(link);
        }
        return line;
      }),
    );
    const last = Math.min(first + rowsOfPage, shown.length);
    place("count").textContent = shown.length === 0
      ? `none of ${rows.length} records`
      : `${first + 1}–${last} of ${shown.length} shown, ${rows.length} in all`;
    place<HTMLButtonElement>("back").disabled = first === 0;
    place<HTMLButtonElement>("next").disabled = last >= shown.length;
  };

  const chosen = (): ResultRow[] => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const kept = all.filter(
      aq.escape((row: ResultRow) =>
        selects.every(({ value, dataset }) => value === "" || text(row[dataset.filter as Key]) === value) &&
        wanted.every((word) => Object.values(row).some((value) => text(value).toLowerCase().includes(word)))
      ),
    );
    const { key, down } = order;
    const missing = aq.escape((row: ResultRow) => row[key] === null ? 1 : 0);
    return kept.orderby(missing, down ? aq.desc(key) : key, "file").objects() as ResultRow[];
  };
  const show = () => {
    const shown = chosen();
    fill(shown);
    draw("parameters", shown, "parameters", "trained parameters");
    draw("time", shown, "seconds", "training time (s)");
  };

  const heads = columns.map(([key, title, numeric]) => {
    const head = document.createElement("th");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    if (numeric) head.className = "right";
    button.onclick = () => {
      order = { key, down: order.key === key ? !order.down : false };
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      first = 0;
      fill(chosen());
    };
    head.append(button);
    return head;
  });
  place("heads").replaceChildren(...heads);
  for (const control of [...selects, measure, words]) {
    control.oninput = () => {
      first = 0;
      show();
    };
  }
  place("back").onclick = () => {
    first = Math.max(0, first - rowsOfPage);
    fill(chosen());
  };
  place("next").onclick = () => {
    first += rowsOfPage;
    fill(chosen());
  };
  show();
}
