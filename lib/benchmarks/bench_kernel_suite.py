"""Runs Jupyter's own tests of kernels (jupyter_kernel_test) on an installed kernel, with every sample given.

usage: python bench_kernel_suite.py nlora|deno|tslab

The last line is a JSON list of {test, status, message}; status is passed, failed or skipped.
"""

import functools
import io
import json
import sys
import unittest

import jupyter_kernel_test as suite

KERNEL = sys.argv[1]
suite.start_new_kernel = functools.partial(suite.start_new_kernel, startup_timeout=300)
if KERNEL == "nlora":
    suite.TIMEOUT = 120

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
BUNDLES = {
    "text/plain": "plain",
    "text/html": "<b>bold</b>",
    "text/markdown": "**bold**",
    "text/latex": "$x^2$",
    "image/svg+xml": SVG,
    "image/png": PNG,
    "image/jpeg": "/9j/4AAQSkZJRg==",
    "image/gif": "R0lGODlhAQABAAAAACw=",
    "application/json": {"a": 1},
    "application/javascript": "1 + 1",
    "application/pdf": "JVBERi0=",
    "application/vnd.plotly.v1+json": {"data": [], "layout": {}},
}
raw = [
    {"code": f"await Deno.jupyter.display({json.dumps({mime: value})}, {{ raw: true }});", "mime": mime}
    for mime, value in BUNDLES.items()
]
tagged = [
    {"code": "await Deno.jupyter.display(Deno.jupyter.html`<b>bold</b>`);", "mime": "text/html"},
    {"code": "await Deno.jupyter.display(Deno.jupyter.md`**bold**`);", "mime": "text/markdown"},
    {"code": f'await Deno.jupyter.display(Deno.jupyter.svg`{SVG}`);', "mime": "image/svg+xml"},
]
own = [
    {"code": 'await display.html("<b>bold</b>")', "mime": "text/html"},
    {"code": 'await display.markdown("**bold**")', "mime": "text/markdown"},
    {"code": 'await display.latex("x^2")', "mime": "text/latex"},
    {"code": f'await display.svg("{SVG}")', "mime": "image/svg+xml"},
    {"code": f'await display.png(Uint8Array.fromBase64("{PNG}"))', "mime": "image/png"},
    {"code": "await display.json({ a: 1 })", "mime": "application/json"},
    {"code": "await display(aq.table({ a: [1] }))", "mime": "text/html"},
    {"code": 'await display(nlora.bars({ a: 1 }, { title: "t", axis: "x" }))', "mime": "application/vnd.plotly.v1+json"},
    {"code": "await nlora.useBackend('wasm'); await display(tf.ones([2, 2]))", "mime": "text/html"},
]
tslab = [
    {"code": f'import {{ display }} from "tslab"; display.{method}({value});', "mime": mime}
    for method, value, mime in (
        ("text", '"plain"', "text/plain"),
        ("html", '"<b>bold</b>"', "text/html"),
        ("markdown", '"**bold**"', "text/markdown"),
        ("latex", '"$x^2$"', "text/latex"),
        ("svg", f'"{SVG}"', "image/svg+xml"),
        ("png", f'Buffer.from("{PNG}", "base64")', "image/png"),
        ("jpeg", 'Buffer.from("/9j/4AAQSkZJRg==", "base64")', "image/jpeg"),
        ("gif", 'Buffer.from("R0lGODlhAQABAAAAACw=", "base64")', "image/gif"),
        ("javascript", '"1 + 1"', "text/javascript"),
        ("pdf", 'Buffer.from("JVBERi0=", "base64")', "application/pdf"),
    )
]


class InOrder:
    """Waits for what a kernel sends that tells its outputs in order and ends each with `idle`.

    The suite itself takes a tenth of a second without a message for the end of them, which a busy machine does not keep.
    """

    def flush_channels(self):
        last = self.kc.kernel_info()
        while self.kc.get_shell_msg(timeout=suite.TIMEOUT)["parent_header"].get("msg_id") != last:
            pass
        while True:
            message = self.kc.get_iopub_msg(timeout=suite.TIMEOUT)
            suite.validate_message(message)
            if message["parent_header"].get("msg_id") != last or message["msg_type"] != "status":
                continue
            if message["content"]["execution_state"] == "idle":
                return

    def execute_helper(self, code, timeout=None, **options):
        channel = self.kc.iopub_channel
        channel.get_msg = lambda timeout=None: type(channel).get_msg(channel, timeout=suite.TIMEOUT)
        try:
            return super().execute_helper(code, timeout or suite.TIMEOUT, **options)
        finally:
            del channel.get_msg

    def get_non_kernel_info_reply(self, timeout=None):
        return super().get_non_kernel_info_reply(suite.TIMEOUT)


bases = (InOrder, suite.KernelTests) if KERNEL == "nlora" else (suite.KernelTests,)


class Kernel(*bases):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "JSON.pars", "matches": {"parse"}},
        {"text": "const text = String.fromCharC", "matches": {"fromCharCode"}},
    ]
    complete_code_samples = [
        "1 + 1",
        "const x = 1;",
        "function f(): number { return 1 }",
        "for (let i = 0; i < 3; i++) {\n  console.log(i)\n}",
        "await Promise.resolve(1)",
        "class A { x = 1 }",
        "`whole`",
        "",
    ]
    incomplete_code_samples = ["const z = ", "function f() {", "`open", "/* open", "[1,", "if (true) {", "f(1, "]
    invalid_code_samples = ["let 1x = 2;", "const = 3", ") (", "1 +* 2"]
    code_page_something = "?console"
    code_generate_error = 'throw new TypeError("bad")'
    code_execute_result = [
        {"code": "6 * 7", "mime": "text/plain"},
        {"code": '"a" + "b"', "mime": "text/plain"},
        {"code": "[1, { b: 2 }]", "mime": "text/plain"},
        {"code": "new Map([[1, 2]])", "mime": "text/plain"},
    ]
    code_display_data = {"nlora": raw + tagged + own, "deno": raw + tagged, "tslab": tslab}[KERNEL]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console.log"
    code_clear_output = "await Deno.jupyter.broadcast('clear_output', { wait: false })"

    def get_non_kernel_info_reply(self, timeout=None):
        """A reply that never comes is a failure, not a wait without end."""
        return super().get_non_kernel_info_reply(timeout or suite.TIMEOUT)


class Welcome(suite.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kc.get_iopub_msg = functools.partial(cls.kc.get_iopub_msg, timeout=suite.TIMEOUT)


class Told(unittest.TestResult):
    """Keeps the first words about each test; a subtest that fails fails its test."""

    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def tell(self, test, status, message=""):
        name = test.id().split(".")[-1]
        if self.outcomes.get(name, {}).get("status") != "failed":
            self.outcomes[name] = {"test": name.removeprefix("test_"), "status": status, "message": message}

    def fail(self, test, error, given=""):
        words = str(error[1]).strip() or error[0].__name__
        self.tell(test, "failed", f"{given}{words}"[:300])

    def addSuccess(self, test):
        if test.id().split(".")[-1] not in self.outcomes:
            self.tell(test, "passed")

    def addSkip(self, test, reason):
        self.tell(getattr(test, "test_case", test), "skipped", reason)

    def addSubTest(self, test, subtest, error):
        if error:
            given = ", ".join(map(str, subtest.params.values()))
            self.fail(test, error, f"{given}: ")

    def addFailure(self, test, error):
        self.fail(test, error)

    addError = addFailure


told = Told()
standard, sys.stdout = sys.stdout, io.StringIO()
tests = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, (Kernel, Welcome)))
tests.run(told)
sys.stdout = standard
print(json.dumps(list(told.outcomes.values())))
