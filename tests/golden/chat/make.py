"""Conversations as transformers writes them with chat templates of the usual kinds.

Usage: python make.py MODEL.gguf   (transformers, gguf; the file is SmolLM2-135M-Instruct's, whose template stands in its metadata)

golden.json    special_tokens; conversations; templates[NAME]: the template, and for each conversation the text without and with the
               generation prompt, or {"error"} with what the template raises. All but SmolLM2's template are written here, in the way of
               the models that they are called after.
"""
import json
import sys
from pathlib import Path

import gguf
import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
CONVERSATIONS = [
    [("user", "Hi there")],
    [("system", "You answer briefly."), ("user", "What is 2 + 3?")],
    [("user", "One?"), ("assistant", "1"), ("user", "Two?")],
    [("system", " Be\n  kind. "), ("user", "  a  "), ("assistant", " b\n"), ("user", "\nc"), ("assistant", "d")],
    [("user", "{{ bos_token }} {% raise %} <|im_end|> “ü” 日本 😀 \"quoted\" \\n")],
    [("user", "")],
    [("user", "one"), ("user", "two")],
    [("assistant", "I begin")],
    [("system", "alone")],
    [("tool", "42")],
    [],
]

LLAMA2 = """
{%- if messages and messages[0]['role'] == 'system' -%}
    {%- set turns = messages[1:] -%}
    {%- set instruction = '<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' -%}
{%- else -%}
    {%- set turns = messages -%}
    {%- set instruction = '' -%}
{%- endif -%}
{%- for turn in turns -%}
    {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Turns must alternate, and the user begins.') }}
    {%- endif -%}
    {%- if turn['role'] == 'user' -%}
        {{ bos_token + '[INST] ' + (instruction if loop.first else '') + turn['content'].strip() + ' [/INST]' }}
    {%- elif turn['role'] == 'assistant' -%}
        {{ ' ' + turn['content'] | trim + ' ' + eos_token }}
    {%- else -%}
        {{ raise_exception('No turn can be of a ' ~ turn['role'] ~ '.') }}
    {%- endif -%}
{%- endfor -%}
"""
LLAMA3 = """{% set head = namespace(open=true) %}
{% for message in messages %}
    {% set text = '<|start_header_id|>' ~ message.role ~ '<|end_header_id|>\\n\\n' ~ message.content | trim ~ '<|eot_id|>' %}
    {% if head.open %}{% set text = bos_token ~ text %}{% set head.open = false %}{% endif %}
    {{- text }}
{%- endfor %}
{% if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{% endif %}
"""
MISTRAL = """
{%- set lead = messages | selectattr('role', 'equalto', 'system') | map(attribute='content') | join('\\n') -%}
{%- set rest = messages | rejectattr('role', 'equalto', 'system') | list -%}
{{- bos_token -}}
{%- for message in rest -%}
    {%- if message.role not in ['user', 'assistant'] -%}
        {{- raise_exception('A role is user, assistant or system, not ' + message.role | tojson) -}}
    {%- endif -%}
    {%- if message.role == 'user' -%}
        {{- '[INST] ' -}}
        {%- if loop.last and lead | length > 0 -%}{{- lead + '\\n\\n' -}}{%- endif -%}
        {{- message.content + ' [/INST]' -}}
    {%- else -%}
        {{- ' ' + message['content'] + eos_token -}}
    {%- endif -%}
{%- endfor -%}
"""
QWEN = """
{%- if messages is not defined or messages | length == 0 -%}
    {{- raise_exception('There is no message.') -}}
{%- endif -%}
{%- if messages[0].role != 'system' -%}
    {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if message.role == 'tool' -%}
        {{- '<|im_start|>user\\n<tool_response>\\n' + message.content | tojson + '\\n</tool_response><|im_end|>\\n' -}}
    {%- else -%}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt | default(false) -%}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""


def smollm2(path):
    return gguf.GGUFReader(path).get_field("tokenizer.chat_template").contents()


def rendered(template, messages, prompt):
    try:
        texts, _ = render_jinja_template(conversations=[messages], chat_template=template, add_generation_prompt=prompt, **SPECIAL)
        return texts[0]
    except jinja2.exceptions.TemplateError as error:
        return {"error": str(error)}


def main(path):
    templates = {"smollm2": smollm2(path), "llama2": LLAMA2, "llama3": LLAMA3, "mistral": MISTRAL, "qwen": QWEN}
    conversations = [[{"role": role, "content": content} for role, content in turns] for turns in CONVERSATIONS]
    golden = {
        "made_by": {"script": "tests/golden/chat/make.py", "transformers": transformers.__version__},
        "special_tokens": SPECIAL,
        "conversations": conversations,
        "templates": {
            name: {"template": template, "rendered": [[rendered(template, turns, prompt) for prompt in (False, True)] for turns in conversations]}
            for name, template in templates.items()
        },
    }
    (Path(__file__).parent / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


main(sys.argv[1])
