"""Executes a notebook and writes it, executed, as .ipynb and as one HTML file that fetches nothing.

The argument is a JSON object: `file`, `kernel`, `cell_seconds` (or null), `parameters` (the source of a cell to put after
the one that is tagged so, or null), `ipynb` and `html` (where to write; `html` may be null), `plotly` (plotly.min.js),
`hide` (a list of [path, replacement], for paths of this machine in outputs).

Each line on standard output is a JSON object: `cell` and `cells` with the `text` of its first line or of what it printed
last, or with the `seconds` that it took; the last line has a `status`: done, failed, stopped. The end of standard input
stops the execution; what was executed is written whatever the status.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from html_export import inlined, to_html


class ToldClient(NotebookClient):
    """Tells each cell and the last line that it printed."""

    def process_message(self, msg, cell, cell_index):
        content = msg["content"]
        text = content.get("text") or content.get("data", {}).get("text/plain") or ""
        if msg["msg_type"] in ("stream", "update_display_data") and text.strip():
            tell(cell_index, text=last_line(text))
        return super().process_message(msg, cell, cell_index)


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def last_line(text):
    return plain(re.split(r"[\r\n]+", text.strip())[-1])[:200]


def say(**facts):
    print(json.dumps(facts), flush=True)


def tell(cell_index, **facts):
    say(cell=cell_index + 1, cells=len(notebook.cells), **facts)


def begin(cell, cell_index):
    global running, begun
    if cell.cell_type == "code":
        running, begun = cell_index, time.monotonic()
        tell(cell_index, text=next((line for line in cell.source.splitlines() if line.strip()), ""))


def end(cell, cell_index):
    tell(cell_index, seconds=time.monotonic() - begun)


def tagged(cell, tag):
    return tag in cell.metadata.get("tags", [])


def inject(source):
    """Puts the cell of parameters after the notebook's own, in the place of one from an earlier run."""
    notebook.cells = [cell for cell in notebook.cells if not tagged(cell, "injected-parameters")]
    at = next(i for i, cell in enumerate(notebook.cells) if tagged(cell, "parameters"))
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]}, id="injected-parameters")
    notebook.cells.insert(at + 1, cell)


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


def last_words():
    """What the kernel wrote to its standard error last, for the end of a sentence."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
    words = plain(said.read().decode(errors="replace")).strip()
    return f": {words}" if words else " without a word"


async def execute():
    """Executes the cells; gives the status and, where it is no success, the reason."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop_with_parent():
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=stop_with_parent, daemon=True).start()
    work = asyncio.ensure_future(client.async_execute(stdout=subprocess.DEVNULL, stderr=said))
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        work.cancel()
        await asyncio.wait({work}, timeout=10)
        if client.km and client.km.has_kernel:
            await client.km.shutdown_kernel(now=True)
        return "stopped", "interrupted"
    try:
        work.result()
    except CellExecutionError as error:
        tracebacks = [output.traceback for output in notebook.cells[running].outputs if output.output_type == "error"]
        return "failed", plain("\n".join(sum(tracebacks, []))).strip() or f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        return "failed", f"it took more than {job['cell_seconds']:g} s"
    except NoSuchKernel:
        return "failed", f"there is no kernel {job['kernel']}; Jupyter has {', '.join(KernelSpecManager().find_kernel_specs())}"
    except DeadKernelError:
        return "failed", f"the kernel {job['kernel']} ended{last_words()}"
    except RuntimeError as error:
        if running is not None:
            raise
        # Jupyter's client has no other class for a kernel that ends, or says nothing, before the first cell.
        if "died" in str(error):
            return "failed", f"the kernel {job['kernel']} ended before it was ready{last_words()}"
        return "failed", f"the kernel {job['kernel']} was not ready after {client.startup_timeout} s{last_words()}"
    return "done", None


job = json.loads(sys.argv[1])
notebook = nbformat.read(job["file"], as_version=4)
running, begun = None, time.monotonic()
said = tempfile.TemporaryFile("a+b")
if job["parameters"]:
    inject(job["parameters"])
client = ToldClient(
    notebook,
    kernel_name=job["kernel"],
    timeout_func=lambda cell: job["cell_seconds"],
    startup_timeout=300,
    record_timing=False,
    resources={"metadata": {"path": str(Path(job["file"]).parent)}},
    on_cell_start=begin,
    on_cell_executed=lambda cell, cell_index, execute_reply: end(cell, cell_index),
)
status, reason = asyncio.run(execute())
for cell in notebook.cells:
    if "outputs" in cell:
        cell.outputs = hidden(cell.outputs)
write(job["ipynb"], nbformat.writes(notebook))
if job["html"]:
    plotly = inlined(Path(job["plotly"]).read_text(encoding="utf-8"))
    write(job["html"], to_html(notebook, Path(job["file"]).stem, plotly))
place = {} if running is None else {"cell": running + 1, "source": notebook.cells[running].source}
say(status=status, reason=reason, **place)
os._exit(0)
