"""Asks the kernel `nlora` about code as Jupyter's own clients do; prints one JSON object of what it said.

usage: python drive_language.py WORKING_FOLDER NAME...
"""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

folder, *names = sys.argv[1:]
manager, client = start_new_kernel(kernel_name="nlora", startup_timeout=300, cwd=folder)


def run(code):
    """One cell's reply and outputs, as (type, content) pairs."""
    outputs = []
    reply = client.execute_interactive(
        code, timeout=300, output_hook=lambda m: outputs.append((m["msg_type"], m["content"]))
    )
    return reply["content"], [(kind, content) for kind, content in outputs if kind not in ("status", "execute_input")]


def streams(code):
    return "".join(content["text"] for kind, content in run(code)[1] if kind == "stream" and content["name"] == "stderr")


def complete(code):
    return client.complete(code, reply=True, timeout=300)["content"]["matches"]


def inspect(code, detail_level=0):
    return client.inspect(code, detail_level=detail_level, reply=True, timeout=300)["content"]["data"].get("text/plain")


def until(ask, satisfied, patience=300):
    """What is said once it satisfies, for the types are read in the background; or what was said last."""
    end = time.time() + patience
    while not satisfied(said := ask()) and time.time() < end:
        time.sleep(0.2)
    return said


run("class Point { constructor(public x: number, public y: number) {} }; const point = new Point(1, 2);")
run("const data = JSON.parse('{\"apple\": 1}'); globalThis.onlyAlive = { pear: 2 };")
seen = {
    "warned": until(lambda: streams("const wrong: number = 'a';"), bool),
    "typed": complete("point."),
    "alive": complete("data."),
    "alive_name": complete("onlyAl"),
    "alive_no_warning": streams("onlyAlive.pear"),
    "inspected": inspect("point"),
    "source": inspect("Point", detail_level=1),
    "page": [run(code)[0]["payload"] for code in ("point?", "?point")],
    "in_scope": run(f"[{', '.join(f'typeof {name}' for name in names)}].includes('undefined')")[1],
}
reply, outputs = run("%types strict\nconst refused: number = 'a'; globalThis.ran = true;")
seen["refused"] = [reply["status"], reply["ename"], [kind for kind, _ in outputs]]
seen["ran"] = run("%types warn\ntypeof (globalThis as any).ran")[1]
client.stop_channels()
manager.shutdown_kernel(now=False)
print(json.dumps(seen))
