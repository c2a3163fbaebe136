"""Drives the kernel `nlora` as Jupyter's own clients do; prints one JSON object of what it saw.

usage: python drive_kernel.py PROJECT_FOLDER OTHER_FOLDER
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import nbclient
import nbformat
from jupyter_client.manager import start_new_kernel

project, elsewhere = sys.argv[1:]
patience = 300
seen = {}
manager, client = start_new_kernel(kernel_name="nlora", startup_timeout=patience, cwd=project)


def run(code, **options):
    """One cell's reply status and outputs, as (type, content) pairs."""
    outputs = []
    reply = client.execute_interactive(
        code, timeout=patience, output_hook=lambda m: outputs.append((m["msg_type"], m["content"])), **options
    )
    return reply["content"], [(kind, content) for kind, content in outputs if kind not in ("status", "execute_input")]


def shell_reply(request):
    """The reply to a request that was sent before."""
    while True:
        reply = client.get_shell_msg(timeout=patience)
        if reply["parent_header"].get("msg_id") == request:
            return reply


def text(outputs):
    return "".join(content["text"] for kind, content in outputs if kind == "stream")


def result(outputs):
    return [content["data"].get("text/plain") for kind, content in outputs if kind == "execute_result"]


def html(code):
    return [content["data"].get("text/html") for kind, content in run(code)[1] if kind == "execute_result"]


def plain(code):
    """The result of a cell as plain text, without colours."""
    return result(run(f"String({code})")[1])[0].replace("\x1b[32m", "").replace("\x1b[39m", "").strip('"')


def interrupted(code, after=0.2):
    """How a running cell ends when it is interrupted some time after its begin, which it tells itself or is told here."""
    begun = "" if "begun" in code else "console.log('begun'); "
    message = client.execute(begun + code, allow_stdin=True)
    while True:
        output = client.get_iopub_msg(timeout=patience)
        if output["parent_header"].get("msg_id") == message and output["msg_type"] == "stream":
            break
    time.sleep(after)
    manager.interrupt_kernel()
    reply = shell_reply(message)
    results = []
    while True:
        output = client.get_iopub_msg(timeout=patience)
        if output["parent_header"].get("msg_id") != message:
            continue
        if output["msg_type"] == "execute_result":
            results.append(output["content"]["data"]["text/plain"])
        if output["msg_type"] == "status" and output["content"]["execution_state"] == "idle":
            break
    while client.stdin_channel.msg_ready():
        client.get_stdin_msg(timeout=1)
    return {
        "status": reply["content"]["status"],
        "ename": reply["content"].get("ename"),
        "results": results,
    }


lines = text(run('for (let i = 0; i < 3000; i++) console.log("line " + i)')[1])
seen["lines_exact"] = lines == "".join(f"line {i}\n" for i in range(3000))
seen["results_lost"] = sum(len(result(run(f"{i} * 2")[1])) != 1 for i in range(200))

cells = [client.execute(f'for (let i = 0; i < 200; i++) console.log("cell {cell} " + i); {cell}') for cell in range(5)]
owned = {cell: "" for cell in cells}
idle = 0
while idle < len(cells):
    message = client.get_iopub_msg(timeout=patience)
    parent = message["parent_header"].get("msg_id")
    if parent not in owned:
        continue
    if message["msg_type"] == "stream":
        owned[parent] += message["content"]["text"]
    if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
        idle += 1
seen["queued_cells_own_their_output"] = [
    owned[cell] == "".join(f"cell {i} {j}\n" for j in range(200)) for i, cell in enumerate(cells)
]

both = run('console.log("out"); console.error("err")')[1]
seen["streams"] = sorted((content["name"], content["text"]) for kind, content in both if kind == "stream")
run("const x = 1; let y: string = 'a'; class C {}; function f() { return 1 }")
run("const x = 2; let y: string = 'b'; class C { z = 3 }; function f() { return 4 }")
seen["redeclared"] = plain("[x, y, new C().z, f()]")
seen["in_scope"] = plain("[typeof nlora.adapt, typeof tf.matMul, typeof aq.table, typeof display]")
seen["awaited"] = plain("await new Promise((resolve) => setTimeout(() => resolve(7), 20))")
seen["imported"] = plain('typeof (await import("nlora")).adapt')
run('await nlora.useBackend("wasm")')
before = plain("tf.memory().numTensors")
seen["table"] = html('aq.table({ name: ["a<b", null], value: [1234.5, 2] })')
seen["tensor"] = html("globalThis.t = tf.tensor2d([[1, 2], [3, -4]])")
run("t.dispose()")
seen["display_leaves"] = [before, plain("tf.memory().numTensors")]
seen["plotly"] = [
    sorted(content["data"]) for kind, content in run('nlora.bars({ a: 1, b: 2 }, { title: "t", axis: "x" })')[1]
]


def failure(code):
    content, outputs = run(code)
    errors = [c for kind, c in outputs if kind == "error"]
    return {
        "status": content["status"],
        "errors": len(errors),
        "ename": content.get("ename"),
        "traceback": "\n".join(errors[0]["traceback"]) if errors else "",
    }


run('const { promise: next, resolve: go } = Promise.withResolvers(); const late = next.then(() => console.log("late"))')
seen["late"] = text(run("setTimeout(go); await late")[1])
seen["rejection"] = text(run('Promise.reject(new Error("unheard")); 1')[1])
seen["thrown_text"] = failure('throw "words"')
seen["runtime_error"] = failure('throw new TypeError("bad")')
seen["syntax_error"] = failure("const ok = 1;\nlet 1x = 2;")
seen["missing_module"] = failure('import q from "npm:no-such-package-of-nlora"')
with tempfile.TemporaryDirectory() as folder:
    go = os.path.join(folder, "go")
    wait = f"while (!(await Deno.stat({json.dumps(go)}).catch(() => null))) await new Promise((r) => setTimeout(r, 20));"
    client.execute(f"{wait} throw new Error('first')")
    queued = client.execute("2 + 2")
    time.sleep(1)  # so that the second is queued when the first fails
    open(go, "w").close()
    queued_status = shell_reply(queued)["content"]["status"]
seen["queued_after_error"] = queued_status
while client.get_iopub_msg(timeout=patience)["parent_header"].get("msg_id") != queued:
    pass

run("globalThis.kept = 41")
seen["interrupts"] = {
    name: interrupted(code)
    for name, code in {
        "loop": "while (true) {}",
        "pending": "await new Promise(() => {})",
        "settled": "for (;;) { await 0 }",
        "timers": "for (;;) { await new Promise((r) => setTimeout(r, 5)) }",
        "loop_after_await": "await 0; while (true) {}",
        "iteration": "for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }) x",
        "question": "prompt('?')",
        "cooperative": """
            const source = globalThis[Symbol.for("nlora.interrupt")];
            const release = source.cooperate();
            console.log("begun");
            let steps = 0;
            while (!source.signal.aborted) {
                const end = performance.now() + 600; // a step that does not let the event loop turn
                while (performance.now() < end);
                steps++;
                await new Promise((resolve) => setTimeout(resolve));
            }
            release();
            "ended by itself"
        """,
    }.items()
}
seen["state_kept"] = plain("kept + 1")

answers = []


def answer(message):
    answers.append(message["content"]["prompt"])
    client.input("Anna")


reply, outputs = run('prompt("name?")', allow_stdin=True, stdin_hook=answer)
seen["prompt"] = [answers, result(outputs)]
seen["completion"] = "adapt" in client.complete("nlora.ada", 9, reply=True, timeout=patience)["content"]["matches"]
seen["is_complete"] = [
    shell_reply(client.is_complete(code))["content"]["status"] for code in ("const z = 1", "const z = ", "let 1x = 2;")
]

key = client.session.key
for wrong in (b"wrong", b""):
    client.session.key = wrong
    client.execute("globalThis.kept = 'forged'")
client.session.key = key
seen["lives_after_unsigned"] = plain("kept + 1")


def notebook_outputs(cells):
    """The outputs of a notebook's cells that nbclient executed elsewhere: texts, then results."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": elsewhere}}
    nbclient.NotebookClient(notebook, kernel_name="nlora", timeout=patience, resources=resources).execute()
    return [
        ["".join(output.get("text", "") for output in cell.outputs)]
        + [output["data"]["text/plain"] for output in cell.outputs if output["output_type"] == "execute_result"]
        for cell in notebook.cells
    ]


places, *executed = notebook_outputs(
    [
        "[Deno.cwd(), typeof nlora.adapt, typeof (await import('nlora')).adapt].join(' ')",
        *(f"for (let i = 0; i < 100; i++) console.log('{cell} ' + i); '{cell}'" for cell in range(20)),
    ]
)
seen["elsewhere"] = places[1].replace("\x1b[32m", "").replace("\x1b[39m", "").strip('"') == f"{elsewhere} function function"
seen["notebook_exact"] = [
    text == "".join(f"{cell} {i}\n" for i in range(100)) and len(results) == 1 and f'"{cell}"' in results[0]
    for cell, (text, *results) in enumerate(executed)
]


def kernel_processes(outer):
    """The process ids of a kernel: the one that Jupyter started and its children."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True).stdout.split("\n")[1:-1]
    return {outer, *(int(pid) for pid, parent in map(str.split, listed) if int(parent) == outer)}


def left_of(pids, outers=()):
    """The processes that are still there after some time, with what became their children meanwhile."""
    end = time.time() + 120
    while True:
        for outer in outers:
            pids = pids | kernel_processes(outer)
        listed = subprocess.run(["ps", "-eo", "pid,stat,args"], capture_output=True, text=True).stdout.splitlines()[1:]
        left = [line for line in listed if int(line.split()[0]) in pids and not line.split()[1].startswith("Z")]
        if not left or time.time() > end:
            return left
        time.sleep(0.1)


pids = kernel_processes(manager.provisioner.pid)
manager.shutdown_kernel()
seen["left_after_shutdown"] = left_of(pids)

manager, client = start_new_kernel(kernel_name="nlora", startup_timeout=patience, cwd=project)
pids = kernel_processes(manager.provisioner.pid)
client.execute("while (true) {}")
time.sleep(0.5)
os.kill(manager.provisioner.pid, signal.SIGKILL)
seen["left_after_kill"] = left_of(pids)

two_kernels = """
import sys, time
from jupyter_client.manager import KernelManager, start_new_kernel
running, client = start_new_kernel(kernel_name="nlora", startup_timeout=300, cwd=sys.argv[1])
client.execute("while (true) {}")
starting = KernelManager(kernel_name="nlora")
starting.start_kernel(cwd=sys.argv[1])
print(running.provisioner.pid, starting.provisioner.pid, flush=True)
time.sleep(600)
"""
program = subprocess.Popen([sys.executable, "-c", two_kernels, project], stdout=subprocess.PIPE, text=True)
outers = [int(pid) for pid in program.stdout.readline().split()]
time.sleep(0.4)
pids = set().union(*(kernel_processes(outer) for outer in outers))
program.kill()
program.wait()
seen["processes_before_parents_end"] = len(pids)
seen["left_after_parents_end"] = left_of(pids, outers)
print(json.dumps(seen))
os._exit(0)
