"""What a process makes once, and what a conversation needn't load."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.once import once


def test_threads_that_ask_at_once_get_the_same():
    begun, made = threading.Barrier(3), []

    @once
    def thing() -> object:
        made.append(object())
        return made[-1]

    def asked(_: int) -> object:
        begun.wait()
        return thing()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(asked, range(3))) == [made[0]] * 3


def test_what_failed_is_made_when_it_is_asked_for_again():
    answers = iter((ValueError("not yet"), "made"))

    @once
    def thing() -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    with pytest.raises(ValueError, match="not yet"):
        thing()
    assert (thing(), thing()) == ("made", "made")


@pytest.mark.slow
def test_a_talk_in_authored_lines_loads_neither_the_index_nor_a_models_packages():
    code = (
        "import sys; from bot.practice import Practice; p = Practice.start(); p.say('How did it go today?');"
        "said = ''.join(p.reply()); assert said;"
        "print(sorted({'chromadb', 'langchain', 'langchain_core', 'openai'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr
