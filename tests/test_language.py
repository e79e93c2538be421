"""What isn't English isn't scored, and the page says why."""

import pytest

from bot import Transcript, score
from bot.text.language import foreign_language

OTHERS = {
    "German": "Was denkst du darüber? Ich mache mir Sorgen um den Vertrag, und was will er denn nun machen?",
    "Spanish": "¿Qué te preocupa de este cliente? Creo que no me has dicho todo lo que sabes del contrato.",
    "French": "Qu'est-ce qui te préoccupe dans cette affaire ? Je me demande ce que le client pense du contrat.",
    "Dutch": "Wat denk je daarvan? Ik maak me zorgen over het contract en of de klant ons nog wel wil.",
    "Swedish": "Vad tror du om det? Jag är orolig för avtalet och undrar vad kunden egentligen tycker.",
    "Polish": "Co o tym myślisz? Martwię się o umowę i zastanawiam się, co klient naprawdę sądzi.",
    "Hindi": "आपको क्या लगता है? मुझे अनुबंध की चिंता है और मैं जानना चाहता हूँ कि ग्राहक क्या सोचता है।",
    "Chinese": "你觉得怎么样？我很担心合同的问题，想知道客户到底是怎么想的，你有什么看法吗？",
    "Japanese": "どう思いますか。契約のことが心配です。お客様が本当はどう考えているのか知りたいのですが。",
    "Danish": "Hvad tror du om det? Jeg er bekymret for aftalen, og om kunden i det hele taget vil have os.",
    "Italian": "Che ne pensi? Sono preoccupato per il contratto e vorrei sapere cosa pensa davvero il cliente.",
    "Portuguese": "O que você acha disso? Estou preocupado com o contrato e queria saber o que o cliente pensa.",
    "Turkish": "Bu konuda ne düşünüyorsun? Müşterinin sözleşme hakkında ne düşündüğünü bilmek istiyorum.",
    "Russian": "Что ты об этом думаешь? Меня беспокоит договор, и я хотел бы знать, что думает клиент.",
}


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_another_language_is_named(language):
    assert foreign_language(OTHERS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "thats bullshit mike",
        "Right. Numbers. Pipeline. Forecast. Commit. Upside. Quota. Coverage. Dates.",
        "so mike whats happening with jones then deal closing or not",
        "Danke, Mike. So what do you make of it, and who else could they be talking to?",
        "kindly do the needful and revert back to me by end of day only",
        "🙂 🙂 🙂 🙂 🙂 🙂 🙂 🙂 🙂 🙂 🙂 🙂",
    ],
)
def test_english_and_too_few_words_are_not(text):
    assert foreign_language(text) is None


def test_a_conversation_in_german_is_not_scored_and_says_so():
    lines = [line for _ in range(3) for line in (f"Karin: {OTHERS['German']}", "Mike: Ich weiß es noch nicht.")]
    card = score(Transcript.parse("\n".join(lines)))
    assert (card.level, card.score) == ("not_scored", None)
    assert card.sentence == "Not scored: this looks like German, and Askwell reads English only."
    assert {criterion.level for criterion in card.criteria} == {"not_scored"}
    assert not card.feedback
