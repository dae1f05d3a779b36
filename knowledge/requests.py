"""A pasted letter, and the separate requests in it.

A letter tells findings, what the hospital does itself, and courtesies; between them it asks things of the practice.
`requests` cuts it into lines and sentences and keeps those that ask:

- a sentence with a cue ("GP to …", "please …", "we would be grateful if …") and something to do;
- a line under a heading that is addressed to the practice ("Actions for GP:"), if it begins with something to do.

Lists after one cue are cut where each part begins with a verb of its own: "GP to repeat U&Es, issue fit note and refer
to physio" asks three things.
"""

import re

# What a practice is asked to do: a request begins with one of these, or has it after its cue.
_VERBS = (
    "action|add|administer|adjust|advise|amend|apply|arrange|assess|book|call|carry|change|chase|check|code|collect|"
    "commence|complete|conduct|confirm|consider|consult|control|contact|continue|convert|co-ordinate|coordinate"
    "|counsel|discuss|draw|"
    "do|dress|ensure|escalate|examine|expedite|explain|facilitate|fill|follow|forward|further|fax|get|give|have"
    "|inform|initiate|inject|issue|keep|liaise|look|maintain|make|manage|measure|monitor|move|obtain|offer|optimise|"
    "order|organise|organize|perform|prescribe|provide|pursue|put|re-check|re-refer|recheck|record|refer|rerefer"
    "|rebook|"
    "remove|renew|repeat|replace|request|restart|resubmit|resume|retest|review|ring|screen|see|send|set|sign"
    "|start|stop|supply|"
    "support|switch|take|tell|titrate|transfer|treat|trial|undertake|up-titrate|uptitrate|update|uptake|vaccinate|"
    "visit|wean|weigh|write"
)
_VERB = re.compile(rf"^(?:also |then |kindly |please |to |re-?)*(?:{_VERBS})\b")
_CUE = re.compile(
    r"\b(?:gp|g\.p\.|gps|surgery|practice|primary care|own doctor|yourselves|you)(?: team)?(?: is| are)?"
    r"(?: kindly| please)? (?:to|kindly|should|could|can|would|needs? to|asked to|requested to)\b"
    r"|\b(?:please|pls|kindly)\b|\bgrateful (?:if|for)\b|\bappreciate (?:if|it|your)\b|\bbe obliged\b"
    r"|\bcould (?:you|we ask)\b"
    r"|\bwould you\b|\b(?:we|i) (?:would )?(?:ask|request|suggest|recommend|advise)(?: that)? (?:you|the gp|gp"
    r"|the practice)\b"
    r"|\bover to you\b|\bgp (?:action|follow)|\b(?:your |practice )?nurse (?:to|can|could|should)\b"
)
# Who does it stands behind what is asked: the whole sentence is the request.
_TRAILING = re.compile(
    r"\b(?:by|via|with|from) (?:the |their |his |her |your |own )*(?:gp|practice|practice nurse|surgery)\b"
    r"|\bin the practice\b"
    r"|\b(?:see|attend|visit) (?:the |their |his |her |your |own )*gp\b|\bon prescription\b|\(gp\)"
)
_HEADING = re.compile(
    r"^\W*(?:(?:action|actions|plan|requests?|tasks?|jobs?|to do|follow[- ]?up|recommendations?|info(?:rmation)?)"
    r"(?: required| needed| requested)?\W+(?:for|by|from|to)\W+(?:the )?(?:gp|g\.p\.|practice|primary care"
    r"|surgery|own doctor)"
    r"|(?:gp|g\.p\.|practice|primary care|surgery)(?:'s)?\W+(?:action|actions|to do|plan|requests?|tasks?|jobs?"
    r"|follow|to\b\W*$|please\W*$)"
    r"|(?:actions?|requests?|asks?|to do|jobs?|please (?:would|could|can) you|(?:we )?(?:would )?ask (?:you"
    r"|that you)(?: to)?)\W*$"
    r"|(?:for|dear)?\W*(?:the )?(?:gp|practice|surgery|yourselves)(?: to| please| kindly)?\W*$)",
)
_OURS = re.compile(
    r"^\W*(?:(?:hospital|our|trust|clinic|ward|team|plan from us|we will|we plan|follow[- ]?up (?:with|by) us"
    r"|inpatient|"
    r"medications? (?:on|at)|diagnos|findings|investigations|results|background|past medical|history|patient"
    r"|examination|"
    r"impression|summary|treatment given|procedure|allerg)[^:]{0,40}:)"
)
_NOT_ASKED = re.compile(
    r"\bdo(?:n't| not) hesitate\b|\bplease (?:find|note|see (?:enclosed|attached|below)|be aware|accept|do not"
    r"|quote|return"
    r"|ignore|contact (?:us|me|the (?:ward|secretar|team|clinic|department))|call (?:us|me)|ring (?:us|me)"
    r"|let (?:us|me) know)"
    r"|\bany (?:questions|queries|concerns)\b|\bthank(?:s| you)\b|\b(?:we|i) (?:will|shall|have|are going|plan"
    r"|intend)\b"
    r"|\b(?:our|hospital|ward|clinic) (?:team )?(?:will|to)\b|\bwill be (?:seen|reviewed|posted|sent|followed"
    r"|arranged)\b"
    r"|\bpatient (?:is )?(?:to|will|was|has|advised|asked|told)\b|\b(?:he|she|they) (?:was|were|has been"
    r"|have been|will)\b"
    r"|\b(?:by|from|with) (?:us|our)\b|\bpleased? to (?:see|say|report|inform)\b|\bfor your information\b"
    r"|\bno (?:further )?action\b|\bnil for gp\b"
)
_LEAD = re.compile(rf"^.*?(?:{_CUE.pattern})[ :,-]*", re.IGNORECASE)
_LIST = re.compile(
    r"\s*(?:;|,(?: and| then| also)?|\band(?: also| then| to| please| kindly)?|\bplus|\+)\s+(?:to |also |then )*"
)
# "GP to do: …", "Ask: …", with the requests on the same line.
_INLINE = re.compile(
    r"^\W*(?:(?:gp|practice|surgery)(?: to do| to| actions?| please)?|actions?(?: for gp)?|requests?|ask"
    r"|for gp)\W*:\s*",
    re.I,
)
SHORT = 25  # words: a single request in a text of more lines or more words than this was pasted, not asked


def requests(text: str) -> list[str]:
    """Return the requests of a pasted text, in its order.

    Args:
        text: a letter, or the part of it that asks.

    Returns:
        Each request in the letter's own words; empty where the text asks nothing of the practice.
    """
    found: list[str] = []
    addressed = bulleted = False
    for line in _quoted(text).splitlines():
        bare = line.strip()
        if not bare:
            continue
        low = bare.lower()
        marked = _BULLET.match(bare)
        if not marked and _HEADING.match(low) and len(bare.split()) <= 8:
            addressed, bulleted = True, False
            continue
        if not marked and (bulleted or _OURS.match(low)):
            addressed = False  # the list has ended, or the hospital's own part begins
        bulleted = bool(marked) and addressed
        inline = _INLINE.match(bare)
        said = bare[inline.end() :] if inline else bare[marked.end() :] if marked else bare
        for sentence in _sentences(said):
            found += _asked(sentence, addressed or bool(inline), bool(marked or inline))
    return [request for request in dict.fromkeys(found) if len(request.split()) >= 2]


_BULLET = re.compile(r"^(?:[-*\u2022\u00b7\u2013>]+|\d{1,2}[.)]|\(?[a-z]\))\s*")


def _quoted(text: str) -> str:
    """The quoted part of a question that quotes a letter; else all of it."""
    inside = re.findall(r'"([^"]{15,})"', text.replace("\u201c", '"').replace("\u201d", '"'))
    return "\n".join(inside) if inside else text


# Who wrote a letter, read from its first lines: it decides whose work a request is as much as the request does.
_SENDERS = (
    (
        r"\bprivate(?:ly)?\b|\bindependent hospital\b|\bself[- ]?fund|\bbupa\b|\bspire\b|\bnuffield\b",
        "private consultant",
    ),
    (r"\bmidwi|\bmaternity\b|\bantenatal\b|\bobstetric", "midwife"),
    (r"\bemergency department\b|\ba&e\b|\bed\b|\bcasualty\b", "emergency department"),
    (r"\bpre-?op\b|\bpre-?assessment\b|\bpre-?operative", "hospital before an operation"),
    (r"\bdental\b|\bdentist\b", "dentist"),
    (r"\bphysio\w*\b|\bmsk\b|\bpodiatr|\btherap(?:y|ist)\b", "nhs physiotherapist"),
    (r"\boptom|\boptician", "optometrist"),
    (r"\bcamhs\b", "camhs"),
)


def sender(text: str) -> str:
    """Say who a letter is from, as a question would say it; a hospital where it does not tell."""
    top = " ".join([line for line in text.splitlines() if line.strip()][:3]).lower()
    return next((name for pattern, name in _SENDERS if re.search(pattern, top)), "hospital")


def is_letter(text: str, found: list[str]) -> bool:
    """Say whether a text is a pasted letter rather than a question: it asks two things, or one in much else."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(found) >= 2 or (len(found) == 1 and len(lines) >= 3 and len(text.split()) > SHORT)


def _sentences(line: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9-])|;\s+", line) if part.strip()]


def _asked(sentence: str, addressed: bool, listed: bool) -> list[str]:
    """Return what one sentence asks.

    Args:
        sentence: of the letter.
        addressed: whether a heading above it was for the practice.
        listed: whether it is an item of a list.
    """
    low = sentence.lower()
    whole = [sentence.strip(" .")]
    if _NOT_ASKED.search(low) and not re.search(r"\bgp (?:to|please|kindly)\b", low):
        return []
    lead = _LEAD.match(sentence)
    if lead:
        rest = re.sub(
            r"^(?:(?:to|if|you|the practice|the gp|your nurse|the nurse|could|would|can|also|kindly|please)\b ?)*",
            "",
            sentence[lead.end() :],
        )
        if _VERB.match(rest.lower()) and len(rest.split()) > 1:
            return _parts(rest)
        return whole if addressed or re.search(rf"\b(?:{_VERBS})\b", low) or _TRAILING.search(low) else []
    if _TRAILING.search(low):
        return whole
    if addressed and _VERB.match(low):
        return _parts(sentence)
    return whole if addressed and listed and len(whole[0].split()) <= 14 else []


def _parts(request: str) -> list[str]:
    """Cut a list where each part begins with a verb of its own."""
    pieces = _LIST.split(request.strip(" ."))
    seps = _LIST.findall(request.strip(" ."))
    parts = [pieces[0]]
    for sep, piece in zip(seps, pieces[1:], strict=True):
        if _VERB.match(piece.lower()) or re.match(r"(?:the )?gp to ", piece.lower()):
            parts.append(piece)
        else:
            parts[-1] += sep + piece
    return [part.strip(" .,") for part in parts if part.strip(" .,")]
