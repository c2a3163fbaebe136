"""Small tokenizers of every kind that is read, and what Python's `tokenizers` makes of 2,000 odd strings with them.

Usage: python make.py MINILM_FOLDER SMOLLM2.gguf   (tokenizers, sentencepiece, protobuf, transformers, gguf)

The folder holds MiniLM-L6's tokenizer.json; the file is SmolLM2-135M-Instruct.

KIND.json      a tokenizer.json, trained here on the sentences below
golden.json    strings; for each kind, for each string: eight hexadecimal digits of the SHA-256 of its ids (joined by commas, without
               and with the special tokens), and of the text that the ids without them are decoded to
"""
import hashlib
import json
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from odd_strings import FIXED, odd_strings  # noqa: E402

SENTENCES = [
    "The shop sells apples, pears and plums; a bag of twelve costs three dollars.",
    "How many bags can Ann buy with 45 dollars if she keeps 6 for the bus?",
    "Ein schöner Garten hat Bäume, Blumen und eine alte Mauer aus Stein.",
    "Le café était fermé, mais la boulangerie vendait encore des croissants.",
    "Вечером в городе было тихо, и над рекой поднимался туман.",
    "昨日は雨でしたが、今日は天気がいいです。",
    "def add(first, second):\n    return first + second  # the sum of both",
    "for (let i = 0; i < values.length; i++) total += values[i];",
    "It isn't what they've said; we'll see who's right, and I'd wait.",
    "The answer is: 42. #### 42",
    "Water boils at 100 degrees, and ice melts at 0; between them it is a liquid.",
    "Low rank updates of a weight matrix are products of two thin matrices.",
]
LLAMA3_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2_WORDS = LLAMA3_WORDS.replace(r"\p{N}{1,3}", r"\p{N}")


def corpus():
    rng = random.Random(1)
    words = [word for sentence in SENTENCES for word in sentence.split(" ")]
    return SENTENCES * 20 + [" ".join(rng.choices(words, k=12)) for _ in range(300)] + FIXED


def byte_level(splits, prefix_space=False, use_regex=False, specials=("<|endoftext|>", "<|im_start|>", "<|im_end|>")):
    tokenizer = Tokenizer(models.BPE())
    level = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space, use_regex=use_regex)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*splits, level]) if splits else level
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=list(specials), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def smollm():
    """Single digits, then GPT-2's words, as SmolLM2."""
    return byte_level([pre_tokenizers.Digits(individual_digits=True)], use_regex=True)


def llama3():
    tokenizer = byte_level(
        [pre_tokenizers.Split(Regex(LLAMA3_WORDS), "isolated")], specials=("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>")
    )
    begin = ("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))
    template = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", special_tokens=[begin]
    )
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template])
    return tokenizer


def qwen2():
    tokenizer = byte_level([pre_tokenizers.Split(Regex(QWEN2_WORDS), "isolated")])
    tokenizer.normalizer = normalizers.NFC()
    return tokenizer


def roberta():
    tokenizer = byte_level([], prefix_space=True, use_regex=True, specials=("<s>", "<pad>", "</s>", "<unk>"))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    ids = [(token, tokenizer.token_to_id(token)) for token in ("</s>", "<s>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ids, trim_offsets=True, add_prefix_space=True)
    return tokenizer


def sentence_pieces(kind, size):
    """SentencePiece's own training, as its library writes it."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        text.write_text("\n".join(line.replace("\n", " ") for line in corpus() if line.strip()), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(Path(folder, "out")), model_type=kind, vocab_size=size, character_coverage=0.98,
            byte_fallback=kind == "bpe", normalization_rule_name="identity" if kind == "bpe" else "nmt_nfkc",
            remove_extra_whitespaces=kind != "bpe", split_digits=kind == "bpe", minloglevel=2, num_threads=1,
            **({} if kind == "bpe" else dict(pad_id=0, pad_piece="[PAD]", bos_id=1, bos_piece="[CLS]", eos_id=2, eos_piece="[SEP]",
                                             unk_id=3, unk_piece="[UNK]")),
        )
        return Path(folder, "out.model").read_bytes()


def proto(model):
    from sentencepiece import sentencepiece_model_pb2

    parsed = sentencepiece_model_pb2.ModelProto()
    parsed.ParseFromString(model)
    return parsed


def llama2(model):
    """LLaMA-2's own tokenizer.json: a normalizer in place of a pre-tokenizer, and merges in the order of the pieces."""
    pieces = [piece.piece for piece in model.pieces]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    merges = []
    for piece in pieces:
        splits = [(piece[:i], piece[i:]) for i in range(1, len(piece)) if piece[:i] in vocab and piece[i:] in vocab]
        merges += sorted(splits, key=lambda pair: (vocab[pair[0]], vocab[pair[1]]))
    special = [i for i, piece in enumerate(model.pieces) if piece.type in (2, 3)]
    merges = [pair for pair in merges if vocab["".join(pair)] not in special]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1, right=0)
    ])
    tokenizer.add_special_tokens([AddedToken(pieces[i], normalized=False, special=True) for i in special])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", vocab["<s>"])]
    )
    return tokenizer


def mistral(model):
    """The same vocabulary as later files have it: the Metaspace pre-tokenizer on the first section alone."""
    tokenizer = llama2(model)
    tokenizer.normalizer = None
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
    return tokenizer


def gemma(model):
    tokenizer = llama2(model)
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False)])
    return tokenizer


def deberta(model):
    """DeBERTa-v3's: Unigram behind SentencePiece's own normalization, as transformers 4 wrote it."""
    tokenizer = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in model.pieces], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Strip(), normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " ")
    ])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in ("[PAD]", "[CLS]", "[SEP]", "[UNK]")])
    tokenizer.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True)])
    return bert_template(tokenizer)


def deberta_v5(model):
    """The same pieces as transformers 5 puts them together."""
    tokenizer = deberta(model)
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace(Regex(r"\s{2,}|[\n\r\t]"), " "), normalizers.NFC(), normalizers.Strip(left=False, right=True)
    ])
    return tokenizer


def bert(lowercase=True):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=None)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    trainer = trainers.WordPieceTrainer(
        vocab_size=900, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    return bert_template(tokenizer)


def bert_template(tokenizer):
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids
    )
    return tokenizer


def strings():
    """2,000: the odd strings, and seeded runs of any characters."""
    rng = random.Random(2)
    ranges = [(0x20, 0x7E), (0x20, 0x7E), (0x0, 0x2FF), (0x300, 0x36F), (0x370, 0x58F), (0x600, 0x6FF), (0x2000, 0x2BFF), (0x3000, 0x30FF),
              (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFFFD), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF)]
    result = odd_strings(1400)
    while len(result) < 2000:
        result.append("".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 16))))
    return result


def short(value):
    return hashlib.sha256(value.encode("utf-8")).hexdigest()[:8]


def golden(tokenizer, texts):
    join = lambda ids: ",".join(map(str, ids))
    plain = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    return {
        "plain": "".join(short(join(ids)) for ids in plain),
        "special": "".join(short(join(tokenizer.encode(text).ids)) for text in texts),
        "decoded": "".join(short(tokenizer.decode(ids, skip_special_tokens=False)) for ids in plain),
    }


def smollm2(path):
    """The tokenizer in a GGUF file, with the pre-tokenizer that the file names ("smollm") and transformers passes over."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(Path(path).parent), gguf_file=Path(path).name).backend_tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    ])
    return tokenizer


def main(minilm, gguf):
    bpe, unigram = proto(sentence_pieces("bpe", 700)), proto(sentence_pieces("unigram", 340))
    kinds = {
        "smollm": smollm(), "llama3": llama3(), "qwen2": qwen2(), "roberta": roberta(), "llama2": llama2(bpe), "mistral": mistral(bpe),
        "gemma": gemma(bpe), "deberta": deberta(unigram), "deberta_v5": deberta_v5(unigram), "bert": bert(), "bert_cased": bert(False),
    }
    texts = strings()
    for kind, tokenizer in kinds.items():
        tokenizer.save(str(HERE / f"{kind}.json"), pretty=False)
    kinds["smollm2"] = smollm2(gguf)
    kinds["minilm"] = Tokenizer.from_file(str(Path(minilm, "tokenizer.json")))
    kinds["minilm"].no_truncation()
    kinds["minilm"].no_padding()
    result = {
        "made_by": {"script": "tests/golden/tokenizers/make.py", "tokenizers": tokenizers.__version__},
        "strings": texts,
        "kinds": {kind: golden(tokenizer, texts) for kind, tokenizer in kinds.items()},
    }
    (HERE / "golden.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main(*sys.argv[1:3])
