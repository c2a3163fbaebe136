"""Executes a notebook and writes it, executed, as .ipynb and as one HTML file that fetches nothing.

The argument is a JSON object: `file`, `kernel`, `ipynb` and `html` (where to write), `plotly` (plotly.min.js), `hide`
(a list of [path, replacement], for paths of this machine in outputs). Each line on standard output is progress.
"""

import json
import os
import re
import signal
import sys
import threading
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from html_export import to_html


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


class ToldClient(NotebookClient):
    """Tells each cell and the last line that it printed."""

    def process_message(self, msg, cell, cell_index):
        content = msg["content"]
        text = content.get("text") or content.get("data", {}).get("text/plain") or ""
        if msg["msg_type"] in ("stream", "update_display_data") and text.strip():
            tell(cell_index, re.split(r"[\r\n]+", text.strip())[-1])
        return super().process_message(msg, cell, cell_index)


def tell(cell_index, text):
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    print(f"cell {cell_index + 1} of {len(notebook.cells)}: {plain[:90]}", flush=True)


def tell_start(cell, cell_index):
    if cell.cell_type == "code":
        tell(cell_index, next((line for line in cell.source.splitlines() if line.strip()), ""))


def hidden(value):
    """The outputs without paths of this machine."""
    if isinstance(value, str):
        for path, replacement in job["hide"]:
            value = value.replace(f"file://{path}/", replacement).replace(path, replacement.rstrip("/"))
        return value
    if isinstance(value, list):
        return [hidden(item) for item in value]
    if isinstance(value, dict):
        return nbformat.from_dict({key: hidden(item) for key, item in value.items()})
    return value


def write(path, text):
    aside = Path(f"{path}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


job = json.loads(sys.argv[1])
threading.Thread(target=end_with_parent, daemon=True).start()
notebook = nbformat.read(job["file"], as_version=4)
client = ToldClient(
    notebook,
    kernel_name=job["kernel"],
    timeout=None,
    startup_timeout=120,
    record_timing=False,
    resources={"metadata": {"path": str(Path(job["file"]).parent)}},
    on_cell_start=tell_start,
)
try:
    client.execute()
except CellExecutionError as error:
    sys.exit(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", str(error)))
except DeadKernelError:
    sys.exit(f"the kernel {job['kernel']} ended in the middle of the notebook")
for cell in notebook.cells:
    if "outputs" in cell:
        cell.outputs = hidden(cell.outputs)
write(job["ipynb"], nbformat.writes(notebook))
write(job["html"], to_html(notebook, Path(job["file"]).stem, Path(job["plotly"]).read_text(encoding="utf-8")))
