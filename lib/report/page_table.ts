/**
 * Gives a table its controls: pages, an order by the column that is clicked, and buttons that copy it and save it as CSV. It
 * runs in the page that shows the table, as the text of this function alone, and so uses nothing from outside.
 *
 * @param root holds one table; a cell whose text is not the whole value has the value in its `data-value`
 */
export function pageTable(root: HTMLElement, pageRows: number): void {
  if (root.classList.contains("nlora-paged")) return; // the same output is in the page twice
  const body = root.querySelector("tbody")!;
  const heads = [...root.querySelectorAll("th")];
  const rows = [...body.rows];
  const value = (cell: HTMLTableCellElement) => cell.dataset.value ?? cell.textContent ?? "";
  let first = 0;

  const bar = document.createElement("div");
  const place = document.createElement("span");
  place.setAttribute("aria-live", "polite");
  const button = (text: string, label: string, act: (pressed: HTMLButtonElement) => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.onclick = () => act(made);
    bar.append(made);
    return made;
  };
  const show = (from: number) => {
    first = Math.max(0, Math.min(from, rows.length - 1));
    rows.forEach((row, i) => row.hidden = i < first || i >= first + pageRows);
    place.textContent = `${first + 1}–${Math.min(first + pageRows, rows.length)} of ${rows.length}`;
    back.disabled = first === 0;
    next.disabled = first + pageRows >= rows.length;
  };
  const text = (separator: string, quoted: RegExp) => {
    const line = (cells: string[]) =>
      cells.map((cell) => quoted.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell).join(separator);
    return [heads.map((head) => head.dataset.value!), ...rows.map((row) => [...row.cells].map(value))]
      .map(line).join("\n");
  };

  const back = button("‹", "previous rows", () => show(first - pageRows));
  bar.append(place);
  const next = button("›", "next rows", () => show(first + pageRows));
  button("Copy", "copy the table", async (pressed) => {
    await navigator.clipboard.writeText(text("\t", /[\t\n"]/));
    pressed.textContent = "Copied";
    setTimeout(() => pressed.textContent = "Copy", 1500);
  });
  button("CSV", "save the table as CSV", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text(",", /[,\n"]/)], { type: "text/csv" }));
    link.download = "table.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  if (rows.length <= pageRows) { for (const part of [back, place, next]) part.hidden = true; }

  heads.forEach((head, column) => {
    head.tabIndex = 0;
    head.style.cursor = "pointer";
    head.onkeydown = (event) => {
      if (event.key === "Enter") head.onclick!(event as unknown as PointerEvent);
    };
    head.onclick = () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row: HTMLTableRowElement) => value(row.cells[column]!);
      const numbers = head.classList.contains("right");
      rows.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return Number(x === "") - Number(y === ""); // what is missing comes last
        const order = numbers ? Number(x) - Number(y) : x.localeCompare(y);
        return down ? -order : order;
      });
      body.append(...rows);
      show(0);
    };
  });
  root.classList.add("nlora-paged");
  root.append(bar);
  show(0);
}
