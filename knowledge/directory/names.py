"""Official capitals made readable: names in title case, towns found among address lines.

    readable("ST MARY'S MEDICAL CTR")                       St Mary's Medical Ctr
    town(["THE SURGERY", "1 HIGH ST", "ACTON", "LONDON"])   Acton, London

Words are set in title case and never replaced: an official abbreviation stays as it is.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Z0-9]+(?:['\u2019][A-Z0-9]*)*(?:&[A-Z]+)*", re.IGNORECASE)
# Inside a name, never at its beginning. Y and YR are "the" in Welsh.
_SMALL = re.compile(r"and|at|by|de|en|for|from|in|la|le|of|on|or|the|to|under|upon|via|with|y|yr")
_CAPITALS = re.compile(
    r"AWC|BLMK|CCG|CIC|DMC|GP|GPA|GPS|ICB|ICO|IT|LLP|MC|NEL|NHS|PCN|PMS|SEL|UCC|UEA|UHPC|UK|UPCC|"
    r"II|III|IV|VI|VII|VIII|IX"
)
# Without a vowel, and yet no initials.
_SHORT = re.compile(
    r"blvd|ch|cl|cnt|cntr|ct|ctr|ctrs|cwm|dr|drs|grn|grp|gt|hlth|hth|hwb|ltd|mr|mrs|ms|ng|nth|pk|prt|ptnr|ptnrs|rd|"
    r"sq|st|sth|th"
)
_VOWEL = re.compile(r"[AEIOUYW]")
_DOCTOR = re.compile(r"^DRS?\b", re.IGNORECASE)


def readable(official: str) -> str:
    """Set an official name in title case.

    Args:
        official: the name in capitals.

    Returns:
        The name as people write it. What is not all in capitals is kept: someone has set it already.
    """
    text = " ".join(official.split())
    if text != text.upper():
        return text
    doctors = bool(_DOCTOR.match(text))
    found = list(_WORD.finditer(text))
    written = []
    end = 0
    for at, word in enumerate(found):
        before = text[end : word.start()]
        initials = doctors and at > 0 and _is_initials(word.group(), before, at + 1 < len(found))
        written += [before, word.group() if initials else _cased(word.group(), at == 0, before)]
        end = word.end()
    return "".join(written) + text[end:]


def _is_initials(word: str, before: str, more: bool) -> bool:
    """Whether a word in a doctor's name is their initials: DR Y PATEL and DR AP KUMAR, but DR LEE, DR SMITH AND ROY."""
    return (
        before == " "
        and more
        and len(word) <= 2
        and (len(word) == 1 or not (_SMALL.fullmatch(word.lower()) or _SHORT.fullmatch(word.lower())))
    )


def _cased(word: str, first: bool, before: str) -> str:
    low = word.lower()
    if (not first and "(" not in before and _SMALL.fullmatch(low)) or (before.endswith(".") and low == "s"):
        return low
    if re.match(r"^\d+(?:ST|ND|RD|TH)$", word):
        return low
    if _CAPITALS.fullmatch(word):
        return word
    if "&" in word:
        return word if len(word) <= 5 else "&".join(part.capitalize() for part in low.split("&"))
    letters = re.sub(r"[^A-Z]", "", word)
    if letters and len(letters) <= 4 and not _VOWEL.search(letters) and not _SHORT.fullmatch(low):
        return word
    if re.match(r"^MC[A-Z]{3}", word):
        return "Mc" + word[2:].capitalize()
    head, mark, tail = low.partition("'")
    if mark and head in {"o", "d"} and len(tail) > 1:
        return f"{head.upper()}'{tail.capitalize()}"
    return low.capitalize()


# Counties that stand as an address's last line; a county is left out where the line above it names a place.
_COUNTIES = re.compile(
    r"anglesey|avon|bedfordshire|beds|berkshire|berks|buckinghamshire|bucks|cambridgeshire|cambs|carmarthenshire|"
    r"ceredigion|cheshire|cleveland|clwyd|co durham|conwy|cornwall|county durham|cumbria|denbighshire|derbyshire|devon|"
    r"dorset|dyfed|east riding of yorkshire|east sussex|east yorkshire|essex|flintshire|glos|gloucestershire|"
    r"greater london|greater manchester|gwent|gwynedd|hampshire|hants|herefordshire|hertfordshire|herts|humberside|"
    r"isle of anglesey|isle of wight|kent|lancashire|lancs|leicestershire|leics|lincolnshire|lincs|merseyside|"
    r"mid glamorgan|middlesex|middx|monmouthshire|n e lincolnshire|ne lincolnshire|norfolk|north east lincolnshire|"
    r"north humberside|north lincolnshire|north somerset|north yorkshire|northamptonshire|northants|northumberland|"
    r"nottinghamshire|notts|oxfordshire|oxon|pembrokeshire|powys|rhondda cynon taff?|rutland|salop|shropshire|"
    r"somerset|south glamorgan|south gloucestershire|south humberside|south yorkshire|staffordshire|staffs|suffolk|"
    r"surrey|sussex|tyne & wear|tyne and wear|vale of glamorgan|warks|warwickshire|west glamorgan|west midlands|"
    r"west sussex|west yorkshire|wilts|wiltshire|worcestershire|worcs|ynys mon|yorkshire"
)
# What a line that names no place ends with: a street, or a building.
_STREET = re.compile(
    r"\d|(?:^| )(?:academy|annexe?|approach|av|ave|avenue|block|boulevard|buildings?|bungalow|business|campus|cent|"
    r"center|centre|cl|clinic|close|community|complex|corner|cottage|court|cres|crescent|ctr|ctre|c/o|dr|drive|"
    r"entrance|est|estate|floor|flr|gardens|gdns|group|grove|h/c|h\.c|hc|health|hlth|hosp|hospital|house|hpl|hs|hse|"
    r"hub|infirmary|lane|level|library|ln|m/c|m\.c|mall|med|medical|mews|nhs|off|offices?|parade|park and ride|pcc|"
    r"pharmacy|place|plaza|practice|precinct|primary|rd|rear|road|row|school|shopping|site|sq|square|st|street|suite|"
    r"surgery|tce|terr|terrace|the|trading|trust|unit|university|walk|way|wing|yard|"
    r"(?:business|health|retail|science) (?:park|village))\.?$|"
    r"^(?:ffordd|heol|lon|stryd|suite|the health|the surgery|unit)\b",
    re.IGNORECASE,
)
_PLACES = {"street", "forest row"}  # towns that read like streets
_NEAR = re.compile(r"^(?:nr|near)\b\.?\s*", re.IGNORECASE)
LONGEST_DISTRICT = 25  # characters


def town(lines: Sequence[str]) -> str:
    """Find the town among an official address's lines: which line holds it differs from address to address.

    Args:
        lines: the address, without its postcode, from the building down.

    Returns:
        The town in title case, its district before it where there is one; empty where no line names a place.
    """
    pieces = [
        (at, _NEAR.sub("", piece.strip(" .")))
        for at, line in enumerate(lines)
        for piece in line.split(",")
        if piece.strip(" .")
    ]
    while len(pieces) > 1 and _is_county(pieces[-1][1]) and (pieces[-2][0] > 0 and not _is_street(pieces[-2][1])):
        pieces.pop()
    places = [piece for at, piece in pieces if at > 0 and not _is_street(piece)]
    if not places:
        return ""
    last = readable(places[-1])
    district = readable(places[-2]) if len(places) > 1 and not _is_county(places[-2]) else ""
    if not district or district == last or len(district) > LONGEST_DISTRICT:
        return last
    return f"{district}, {last}"


def _is_county(piece: str) -> bool:
    return bool(_COUNTIES.fullmatch(" ".join(piece.lower().replace(".", " ").split())))


def _is_street(piece: str) -> bool:
    return piece.lower() not in _PLACES and bool(_STREET.search(piece))
