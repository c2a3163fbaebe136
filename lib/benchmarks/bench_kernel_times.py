"""Times an installed kernel as Jupyter's clients see it.

usage: python bench_kernel_times.py KERNEL start|tensors|cells|memory|lines|flood|interrupts COUNT

The last line is a JSON object: `start` gives `seconds` to the first result for each of COUNT starts, `tensors` to the first
product of tensors by our library; `cells` the
`milliseconds` of each of COUNT cells, after a twentieth as many others; `memory` the `bytes` by which the kernel's processes grow
from the second fifth of COUNT cells to the last, by the means over these cells, since collecting garbage makes them rise and fall;
`lines` how many of COUNT printed lines `arrived` in a notebook that nbclient executes; `flood` the `seconds` in which a cell that
prints COUNT MB and the next one are done; `interrupts` how many of COUNT, one after the other, end their cell and `kept` the state.
What never comes to its end is null.
"""

import json
import queue
import random
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

import nbclient
import nbformat
import psutil
from jupyter_client.manager import start_new_kernel

kernel, what, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def run(client, code):
    """One cell, until its reply has come and the kernel is idle again."""
    request = client.execute(code)
    while client.get_shell_msg(timeout=120)["parent_header"].get("msg_id") != request:
        pass
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != request or message["msg_type"] != "status":
            continue
        if message["content"]["execution_state"] == "idle":
            return


@contextmanager
def started():
    """A kernel of its own, ended whatever happens."""
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=300)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def start(code="1 + 1"):
    seconds = []
    for _ in range(count):
        begun = time.perf_counter()
        with started() as (_, client):
            run(client, code)
            seconds.append(time.perf_counter() - begun)
    return {"seconds": seconds}


def tensors():
    """Where the kernel does not have the library in scope, it is imported."""
    library = Path(__file__).parents[1].joinpath("mod.ts").as_uri()
    brought = "" if kernel == "nlora" else f"const nlora = await import('{library}'); const {{ tf }} = nlora;"
    return start(f"{brought} await nlora.useBackend(); await tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).data()")


def cells():
    milliseconds = []
    with started() as (_, client):
        for i in range(count // 20):
            run(client, f"{i} + 1")
        try:
            for i in range(count):
                begun = time.perf_counter()
                run(client, f"const x{i} = {i}; x{i} + 1")
                milliseconds.append((time.perf_counter() - begun) * 1000)
        except queue.Empty:
            return {"milliseconds": None}
    return {"milliseconds": milliseconds}


def memory():
    with started() as (manager, client):
        first = psutil.Process(manager.provisioner.pid)

        def size():
            return sum(process.memory_info().rss for process in (first, *first.children(recursive=True)))

        sizes = []
        for i in range(count):
            run(client, f"const x = {i}; x + 1")
            sizes.append(size())
        fifth = max(1, count // 5)
        return {"bytes": round(mean(sizes[-fifth:]) - mean(sizes[fifth : 2 * fifth]))}


def lines():
    cell = nbformat.v4.new_code_cell(f"for (let i = 0; i < {count}; i++) console.log('line ' + i);")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(notebook, kernel_name=kernel, timeout=300).execute()
    text = "".join(output.get("text", "") for output in cell.outputs)
    return {"arrived": len(set(text.split("\n")) & {f"line {i}" for i in range(count)})}


def flood():
    with started() as (_, client):
        run(client, "1 + 1")
        begun = time.perf_counter()
        try:
            run(client, f"const line = 'x'.repeat(999); for (let i = 0; i < {count * 1000}; i++) console.log(line);")
            run(client, "1 + 1")
        except queue.Empty:
            return {"seconds": None}
        return {"seconds": [time.perf_counter() - begun]}


def interrupts():
    """Those up to the first that is lost."""
    endless = (
        "while (true);",
        "await new Promise(() => {});",
        "for (;;) await new Promise((resolve) => setTimeout(resolve, 1));",
        "for (;;) await 0;",
    )
    moment = random.Random(7)
    with started() as (manager, client):
        for i in range(count):
            try:
                run(client, f"globalThis.kept = {i}; 0")
                request = client.execute(endless[i % len(endless)])
                time.sleep(moment.random() * 0.1)
                manager.interrupt_kernel()
                while client.get_shell_msg(timeout=30)["parent_header"].get("msg_id") != request:
                    pass
                reply = client.execute_interactive(
                    f"if (globalThis.kept !== {i}) throw new Error()", timeout=30, output_hook=lambda _: None
                )
            except (queue.Empty, TimeoutError, RuntimeError):
                return {"kept": i}
            if reply["content"]["status"] != "ok":
                return {"kept": i}
    return {"kept": count}


measures = (start, tensors, cells, memory, lines, flood, interrupts)
print(json.dumps({measure.__name__: measure for measure in measures}[what]()))
