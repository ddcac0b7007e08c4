"""Rules that run before the GPU."""

from typing import Any

import pytest

import moderation
from generation.models import Generation

BLOCKED = {
    "a naked child": "sexual-minors",
    "一个裸体的小学生": "sexual-minors",
    "幼 女 · 色 情": "sexual-minors",
    "ＰＯＲＮ video": "pornography",
    "a p\u200born film": "pornography",
    "恐怖分子斩\u200b首人质": "gore",
    "he is decapitated": "gore",
    "自杀教程": "self-harm",
    "how to   make a bomb": "weapons",
    "杀光所有的穆斯林": "hate",
    "Donald\nTrump dancing": "leaders",
    "習近平在跳舞": "leaders",
}
ALLOWED = [
    "端午节日气氛,赛龙舟",
    "一只猴子在公园里下棋。",
    "春节,舞狮'; rm -rf ~",
    "children play in a park with a red balloon",
    "热闹氛围的春节场景,一家人吃团圆饭",
    "a trumpet player on a bombastic stage in Essex",
    "a grape falls, a categorical gorge, gorey hills",
    "小孩子放学回家,性格开朗",
    "穿泳装的女人在海边跳舞",
]


@pytest.mark.parametrize(("prompt", "rule"), BLOCKED.items())
def test_a_prompt_that_breaks_a_rule_is_caught_however_it_is_written(prompt: str, rule: str) -> None:
    broken = moderation.broken_by(prompt)

    assert broken is not None and broken[0].name == rule and broken[1]


@pytest.mark.parametrize("prompt", ALLOWED)
def test_harmless_neighbours_of_blocked_words_pass(prompt: str) -> None:
    assert moderation.broken_by(prompt) is None


@pytest.mark.django_db
def test_the_refusal_names_the_rule_and_the_words_in_the_readers_language(
    api: Any, creator: Any, installation: Any
) -> None:
    body = {"prompt": "恐怖的斩首画面"}
    chinese = api(creator, "zh-hans").post("/api/v1/generations", body)
    english = api(creator, "en").post("/api/v1/generations/quote", body)

    assert chinese.status_code == english.status_code == 422
    assert "禁止血腥内容" in chinese.json()["detail"] and "斩首" in chinese.json()["detail"]
    assert "no gore" in english.json()["detail"] and english.json()["errors"][0]["field"] == "prompt"
    assert not Generation.objects.exists()
