"""Drives the kernel's displays, tensors and comms as Jupyter's own client does; prints one JSON object of what it saw.

usage: python drive_displays.py WORKING_FOLDER
"""

import json
import os
import sys

from jupyter_client.manager import start_new_kernel

seen = {}
manager, client = start_new_kernel(kernel_name="nlora", startup_timeout=300, cwd=sys.argv[1])


def outputs_of(request):
    """The outputs with that request as their parent, up to its idle status, as (type, content) pairs."""
    outputs = []
    while True:
        message = client.get_iopub_msg(timeout=300)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "status":
            if content["execution_state"] == "idle":
                return outputs
        elif message["msg_type"] != "execute_input":
            outputs.append((message["msg_type"], content, message["metadata"]))


def run(code):
    return outputs_of(client.execute(code))


def send(type, content):
    message = client.session.msg(type, content)
    client.shell_channel.send(message)
    return outputs_of(message["header"]["msg_id"])


def stderr(outputs):
    return "".join(content["text"] for kind, content, _ in outputs if kind == "stream" and content["name"] == "stderr")


seen["shown"] = [
    (kind, sorted(content.get("data", {})), content.get("transient", {}).get("display_id"))
    for kind, content, _ in run(
        """
        display.markdown("*m*", { id: "a" });
        display.latex("x^2");
        display.html("<b>h</b>", { id: "a", update: true });
        display.clear({ wait: true });
        undefined
        """
    )
]

run('await nlora.useBackend("wasm")')
seen["leak"] = stderr(run("const kept = tf.sum(tf.square(tf.ones([1000]))); undefined"))
seen["no_leak"] = stderr(run("const other = tf.tidy(() => tf.square(tf.ones([1000]))); undefined"))
seen["shown_tensor"] = stderr(run("tf.ones([3])"))
seen["kept"] = [content["data"]["text/plain"] for kind, content, _ in run("kept") if kind == "execute_result"]

made = run(
    """
    const rank = slider("rank", { min: 1, max: 64, value: 8 });
    await interact({ rank }, ({ rank }) => `rank ${rank}`)
    """
)
opened = {content["comm_id"]: content for kind, content, _ in made if kind == "comm_open"}
seen["models"] = [content["data"]["state"]["_model_name"] for content in opened.values()]
seen["versions"] = sorted({metadata.get("version") for kind, _, metadata in made if kind == "comm_open"})
seen["interact"] = [content["data"].get("text/plain") for kind, content, _ in made if kind == "display_data"]
slider = next(id for id, content in opened.items() if content["data"]["state"]["_model_name"] == "IntSliderModel")
moved = send("comm_msg", {"comm_id": slider, "data": {"method": "update", "state": {"value": 16}, "buffer_paths": []}})
seen["moved"] = [(kind, content["data"]["text/plain"]) for kind, content, _ in moved if kind == "update_display_data"]

request = client.session.msg("comm_info_request", {"target_name": "jupyter.widget"})
client.shell_channel.send(request)
while True:
    reply = client.get_shell_msg(timeout=300)
    if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
        break
seen["known"] = sorted(reply["content"]["comms"]) == sorted(opened)

send("comm_open", {"comm_id": "page", "target_name": "jupyter.widget.control", "data": {}})
states = send("comm_msg", {"comm_id": "page", "data": {"method": "request_states"}})
seen["reloaded"] = [content["data"]["states"][slider]["state"]["value"] for kind, content, _ in states if kind == "comm_msg"]
seen["unknown_target"] = [kind for kind, _, _ in send("comm_open", {"comm_id": "x", "target_name": "nobody", "data": {}})]

print(json.dumps(seen))
manager.shutdown_kernel(now=True)
os._exit(0)
