"""Writes executed notebooks as pages of the site.

The argument is a JSON object: `exporter` (the folder of html_export.py), `notebooks` (a list of {file, html}), `head` (HTML for the
head of each page), `top` (HTML before its text), `plotly` (the script element that brings plotly.js).
"""

import json
import re
import sys
from pathlib import Path

import nbformat

job = json.loads(sys.argv[1])
sys.path.insert(0, job["exporter"])
from html_export import to_html  # noqa: E402

for page in job["notebooks"]:
    notebook = nbformat.read(page["file"], as_version=4)
    html = to_html(notebook, Path(page["file"]).stem, job["plotly"], job["head"])
    html = re.sub(r'(href="[^":]*)\.ipynb(["#])', r"\1.html\2", html)
    html = re.sub(r"<body[^>]*>", lambda body: body.group() + job["top"], html, count=1)
    Path(page["html"]).write_text(html, encoding="utf-8")
