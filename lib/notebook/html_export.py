"""A notebook as one HTML file: plotly.js inside, formulas as MathML, nothing fetched."""

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{{ resources.head }}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
"""


class MathRenderer(IPythonRenderer):
    """Writes formulas as MathML, which browsers draw without a script."""

    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        return convert(body, display="block")

    def multiline_math(self, text):
        return convert(text.strip("$"), display="block")

    def latex_environment(self, name, body):
        return convert(f"\\begin{{{name}}}{body}\\end{{{name}}}", display="block")


class OfflineExporter(HTMLExporter):
    """JupyterLab's look without its references to other hosts."""

    @pass_context
    def markdown2html(self, context, source):
        renderer = MathRenderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            anchor_link_text=self.anchor_link_text,
            exclude_anchor_links=self.exclude_anchor_links,
        )
        return MarkdownWithMath(renderer=renderer).render(source)


def has_figures(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return any("window.Plotly" in output.get("data", {}).get("text/html", "") for output in outputs)


def inlined(script):
    """A script element that holds the script."""
    return "<script>" + script.replace("</script", "<\\/script") + "</script>"


def to_html(notebook, name, plotly, head=""):
    """The page for `notebook`, titled `name`, with the element `plotly` in its head where there are figures, and with `head`."""
    exporter = OfflineExporter(raw_template=TEMPLATE)
    resources = {"metadata": {"name": name}, "head": head + (plotly if has_figures(notebook) else "")}
    html, _ = exporter.from_notebook_node(notebook, resources)
    return html
