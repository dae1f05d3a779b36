"""The buttons that stand under many answers, each written once: what it is called, and what it says."""

from handlers.chat import Button

LMC = Button("Ask the LMC", "lmc")
HELP = Button("Help", "help")
WHAT_TO_ASK = Button("What can I ask?", "help")  # the same page, where a question has come to nothing
ME = Button("What you keep of me", "me")
SETTINGS = Button("Settings", "settings")
MY_DATA = Button("My data", "my data")
FORGET_ME = Button("Forget me", "forget me")
UPDATES = Button("All updates", "updates")


def back_to(ident: str) -> Button:
    """Lead back to a rule's answer."""
    return Button("Back to the answer", f"rule {ident}")


def why_of(ident: str) -> Button:
    """Open what a rule rests on."""
    return Button("Why", f"why {ident}")


def ask_lmc_of(ident: str) -> Button:
    """Ask the LMC about a rule."""
    return Button("Ask the LMC", f"lmc {ident}")
