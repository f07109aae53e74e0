"""Coverage-guided fuzzing of one target (targets.py), on an engine with sanitizers.

    RUSK_SANITIZE=1 CC=clang LDSHARED="clang -shared" python setup.py build_ext --inplace         in a copy of the tree
    LD_PRELOAD=$(python tests/fuzz/run.py --preload) ASAN_OPTIONS=detect_leaks=0 \\
        python tests/fuzz/run.py source|image|value CORPUS_FOLDER [options of libFuzzer, such as -max_total_time=1440]

needs atheris. The folder is filled with seeds when it is empty. A finding is left in a file ``crash-*``; ``run.py TARGET FILE`` runs it again.
"""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *[str(HERE.parent / name) for name in ("code", "engine")], str(HERE.parent.parent)]

SEED_PROGRAMS = 250

FRONT_END = ["rusk.syntax.pattern_parser", "rusk.types.exhaustive", "rusk.types.impls", "rusk.types.infer"]


def preload() -> str:
    """The library that has to be loaded before Python: libFuzzer with AddressSanitizer."""
    import atheris

    return str(Path(atheris.path()) / "asan_with_fuzzer.so")


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with: the programs of the conformance suite, their images, noise for values."""
    import mutate

    if target == "value":
        return mutate.noise(200)
    texts = mutate.programs(SEED_PROGRAMS)
    return [b"\2" + t.encode() for t in texts] if target == "source" else mutate.images(texts[:80])


def main() -> None:
    if sys.argv[1:] == ["--preload"]:
        print(preload())
        return
    import atheris

    target, folder = sys.argv[1], Path(sys.argv[2])
    if folder.is_dir() or not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            for i, data in enumerate(seeds(target)):
                (folder / f"seed-{i}").write_bytes(data)
    # The engine is instrumented by its compiler. Of the front end, which is Python, a few parts are: with all
    # of it a run takes a hundred times as long.
    parts = FRONT_END if target == "source" else ["rusk.code.rbc", "rusk.code.verifier", "rusk.embed.values"]
    with atheris.instrument_imports(include=parts):
        for name in parts:
            importlib.import_module(name)
    import mutate
    import targets

    rng = random.Random()

    def custom(data: bytes, limit: int, seed: int) -> bytes:
        rng.seed(seed)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, limit))
        return mutate.MUTATORS[target](data, rng)[:limit]

    options: dict[str, Any] = {} if target == "value" else {"custom_mutator": custom}
    atheris.Setup(
        [sys.argv[0], "-timeout=300", "-rss_limit_mb=6000", *sys.argv[2:]], targets.TARGETS[target], **options
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
