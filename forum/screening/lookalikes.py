"""Which characters pass for which letter of the Latin alphabet. Pure; collected by hand.

All of it is about characters as they are once compatibility forms are apart and case is folded:
width, styles and accents are gone by then.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Each letter, and what looks like it.
_LIKE = {
    "a": "аαɑᴀɐꭺᎪꓮⲁ",
    "b": "вƅɓʙᏴꓐᏏⲃ",
    "c": "сϲƈᴄɕᏟꓚⲥ",
    "d": "ԁɗđðᴅɖᎠꓓᏧ",
    "e": "еєεɛəǝᴇɘᎬꓰⲉ",
    "f": "ƒꜰғẝꓝ",
    "g": "ɡɠɢԍցᏀꓖᏳ",
    "h": "һнհħɦʜᎻꓧᏂⲏ",
    "i": "іιıɩɪɨӏᎥꓲⲓ",
    "j": "јʝᴊɉᎫꓙ",
    "k": "кκƙᴋқᏦꓗⲕ",
    "l": "łɫɭʟƚᏞꓡ",
    "m": "мμɱᴍᎷꓟⲙ",
    "n": "пηŋɲɴոռᶇꓠⲛ",
    "o": "оοօøᴏɵσөꓳⲟ",
    "p": "рρƥᴘþᏢꓑⲣ",
    "q": "ԛզɋ",
    "r": "гɾʀɹяᎡɼꓣᏒⲅ",
    "s": "ѕʂꜱʃᏚꓢᏕ",
    "t": "тτŧƭʈᴛʇᎢꓔⲧ",
    "u": "υսцᴜʉꓴ",
    "v": "νѵʋᴠᏙꓦ",
    "w": "ԝѡωɯᴡաʍᎳꓪᏔ",
    "x": "хχҳꓫⲭ",
    "y": "уγүყƴʏɏʎᎽꓬᎩⲩ",
    "z": "ζʐƶᴢʒᏃꓜⲍ",
}
#: Digits and symbols that stand for a letter in the middle of a word. "1" and its kind also stand
#: for "l", which ``CLASSES`` takes for "i" for that reason.
LEET: Mapping[str, str] = {
    "0": "o",
    "1": "i",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "§": "s",
    "!": "i",
    "¡": "i",
    "|": "i",
    "+": "t",
    "€": "e",
    "£": "i",
    "¥": "y",
    "¢": "c",
}
#: A character, and the letter it passes for.
LETTERS: Mapping[str, str] = {
    like.casefold(): letter for letter, alike in _LIKE.items() for like in alike
}
#: Letters that are told apart only once something was found.
CLASSES: Mapping[str, str] = {"l": "i"}


def enclosed(character: str) -> str:
    """The letter in a box, a disc or a flag that has no compatibility form; or the same again."""
    code = ord(character)
    for first in (0x1F150, 0x1F170, 0x1F1E6):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    return character
