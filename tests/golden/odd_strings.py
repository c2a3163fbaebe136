"""Odd strings for comparing tokenizers: fixed ones by hand, and seeded random mixtures of them. Own text throughout."""
import random

FIXED = [
    "", " ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\t", "\t\t", "\r\n", "\r", "\x0b", "\x0c", " \n ", "\n \n", "\t \t ", "a", " a", "a ", "  a  ",
    "Hello, world!", "hello  world", "hello   world", "Hello\nworld", "Hello\n\nworld", "Hello \n world", "tabs\tand\tmore\t\ttabs",
    "0", "7", "12", "12345", "3.14", "-5", "1,234,567", "1 2 3", "a1b2c3", "x  12", "x   12", "\n12", "\n\n12", "\t\t7", "12  ", "12\n\n", "No. 5", "50%", "$1,000.00",
    "1. one\n2. two\n\n3. three", "1e-4", "0x1F", "12:30", "2026-11-24", "½", "x²", "Ⅷ", "٣٤٥", "१२३", "１２３", "①②", "a½b  ½", "  Ⅷ", "\n\n٣",
    "don't", "I'm we've they'll he'd it's you're", "DON'T I'M", "'s", "''s", "it 's", "rock 'n' roll", "don’t", "O'Neil's",
    "é", "e\u0301", "naïve café", "straße", "ÅÄÖ", "ﬁ", "İstanbul", "ĳ", "Ωμέγα", "Привет, мир", "שלום עולם", "مرحبا بالعالم", "नमस्ते", "สวัสดีครับ", "안녕하세요",
    "こんにちは世界", "日本語のテキスト", "中文，标点。", "你好 世界", "ქართული", "አማርኛ", "தமிழ்", "ᚠᚢᚦ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𐍈", "𠀀𠀁",
    "😀", "😀😀", " 😀", "👩‍👩‍👧‍👦", "🇫🇷🇯🇵", "👍🏽", "❤️", "☃", "a😀b", "🤖 1 🤖 22", "\U0001f9d1\u200d\U0001f680",
    "\u00a0", "a\u00a0b", "\u2003", "a\u2003\u2003b", "\u3000", "\u200b", "a\u200bb", "\ufeff", "\ufeffa", "a\ufeff b", "\u0085", "a\u0085b", "\u0085 \u0085a", "\u2028", "a\u2029b", "\u180e",
    "\u0000", "a\u0000b", "\u0001\u0002", "\u007f", "\u0080", "\u00ad", "\ufffd", "\uffff", "\ue000", "\U0010ffff",
    "!", "!!!", "?!", "...", "…", "—", "–", "--", "---", "===", "***", "###", "## Title", "```python\nprint('hi')\n```", "“quoted”", "«guillemets»", "(a)[b]{c}<d>", "a/b\\c", "@user #tag",
    "https://example.org/a?b=c&d=%20#e", "user@example.org", "C:\\Users\\x", "~/.config", "a_b-c.d", "snake_case camelCase PascalCase", "SCREAMING_CASE",
    "def f(x):\n    return x + 1\n", "for (let i = 0; i < n; i++) {\n\t\ta[i] += 2;\n}", "SELECT * FROM t WHERE id=1;", "<div class=\"x\">&amp;</div>", "{\"a\": [1, 2.5, null]}", "x = y  # note", "if a:\n        b\n", "\n    indented",
    "\\frac{1}{2} + \\sqrt{x^2}", "a ≤ b ≠ c", "∑_{i=1}^{n} i", "5 × 3 = 15", "x→y", "α β γ",
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n", "a<|im_end|>b", "a <|im_end|> b", "<|im_end|><|im_end|>", "<|im_end|>  12", "<|im_start", "|im_end|>", "<|IM_END|>", "<| im_end |>",
    "<repo_name>", "<reponame>x", "<file_sep>", "<filename>a.py<gh_stars>10-100", "<issue_start><issue_comment><issue_closed>", "<jupyter_start><jupyter_text>a<jupyter_code>b<jupyter_output>c<jupyter_script>", "<empty_output>", "<<|im_end|>>", "<|endoftext|><|endoftext", " <repo_name> a",
    "<s>", "</s>", "<unk>", "<pad>", "[CLS]", "[MASK]", "Ġ", "Ċ", "Ġhello", "ĠĠ", "âĢĻ",
    "antidisestablishmentarianism", "Llanfairpwllgwyngyll", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababab", "zzzzzz", "xQzJvK", "hahahaha", "thethethe", "AaAaAa", "    " * 8, "a" + " " * 33 + "b", "\n" * 17,
    "__proto__", "constructor", "toString", "hasOwnProperty", " __proto__ ",
    "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nTom has 3 apples and buys 12 more. How many does he have?\n\n### Response:",
    "He sells 4 boxes at $2.50 each, so he earns 4*2.50 = $10.00.\n#### 10\nThe answer is: 10\n",
]


def odd_strings(count, seed=0):
    """FIXED, then seeded joins of two to five of its pieces until there are `count` strings, none twice."""
    rng = random.Random(seed)
    strings = list(dict.fromkeys(FIXED))
    pieces = [s for s in FIXED if 0 < len(s) <= 24]
    seen = set(strings)
    while len(strings) < count:
        joined = rng.choice(["", "", " ", "  ", "\n"]).join(rng.choice(pieces) for _ in range(rng.randint(2, 5)))
        if joined not in seen:
            seen.add(joined)
            strings.append(joined)
    return strings
