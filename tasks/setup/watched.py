"""Runs a Python module (`watched.py MODULE ARGUMENTS…`) for as long as the program that started it lives.

Standard input is a pipe whose other end that program holds: when it ends, however it ends, the module ends too,
so that a set-up that was killed leaves nothing behind that goes on installing.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent():
    while os.read(0, 4096):
        pass
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.path.pop(0)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
