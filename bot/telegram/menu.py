"""The commands that Telegram lists when a person types "/": those that make sense alone."""

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from handlers import COMMANDS

ASK = BotCommand("ask", "ask whether a piece of work is yours")
ALONE = ("help", "me", "pledge", "lmc", "settings", "privacy")  # in this order, those that have a handler
IN_GROUPS = ("help", "lmc")  # the rest is between a person and the bot
SHORT = "Can I decline this work? Your LMC's rulebook, in a chat. Never send patient details."
LONG = (
    "Type a request as it reached you, or paste the line of the letter. You get a verdict, who should do it instead, "
    "when the answer flips, the clause, and a letter to send back.\n\n"
    "Never send a patient's name, NHS number, date of birth or address. This is not clinical advice."
)


def private() -> list[BotCommand]:
    """The menu of a private chat."""
    return [ASK, *(BotCommand(word, COMMANDS[word].says[:256]) for word in ALONE if word in COMMANDS)]


def group() -> list[BotCommand]:
    """The menu of a group."""
    return [each for each in private() if each.command in (ASK.command, *IN_GROUPS)]


async def publish(bot: Bot) -> None:
    """Tell Telegram the menus and what the bot says of itself.

    Raises:
        TelegramError: where Telegram does not take them.
    """
    await bot.set_my_commands(private(), scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(group(), scope=BotCommandScopeAllGroupChats())
    await bot.set_my_short_description(SHORT)
    await bot.set_my_description(LONG)
