"""Whether a question is clinical: what is right for a patient, not whose work it is. Those are refused as a class."""

import re

from knowledge.library import Words
from knowledge.text import Reading

# A test with its value, as only a clinical question gives it: "INR 8.2", "Hb 108", "FEV1/FVC 0.66".
_RESULT = re.compile(
    r"\b(?:hb|inr\b[a-z ]{0,14}|egfr|kidney function|potassium|sodium|calcium|crp|psa\b[a-z ]{0,14}|hba1c\b[a-z ]{0,14}"
    r"|ferritin|tsh|fev1(?:/fvc)?|abpi|spo2|sats|ldl|cholesterol|bmi|creatinine|paraprotein|alt|troponin|d-dimer)"
    r"\b\W{0,3}(?:was |is |of |up |from |at )*\d"
)


def is_clinical(reading: Reading, words: Words) -> bool:
    """Say whether a question asks what is right for a patient and nothing of whose work it is.

    A phrase of the book's clinical list, or a test with its value, makes it clinical; any phrase of the contract list
    makes it a question for the book after all ("do we have to check her INR after 8.2?").
    """
    said = f" {' '.join(reading.terms)} "
    if any(f" {phrase} " in said for phrase in words.contract):
        return False
    return any(f" {phrase} " in said for phrase in words.clinical) or bool(_RESULT.search(reading.prose))
