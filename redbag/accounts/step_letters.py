"""The words of the e-mails about a second step: what changed, and what to do when it was not them."""

from redbag.accounts.joining_models import AccountLetter

Kind = AccountLetter.Kind
NOT_YOU = (
    "If that was you, there is nothing to do. If it was not, somebody else may know your password: set a new one now, "
    "and tell your manager:\n{home}/forgotten\n"
)
SUBJECTS = {
    Kind.STEP_ADDED: "There is a new second step for your Red Bag account",
    Kind.STEP_REMOVED: "A second step was taken off your Red Bag account",
    Kind.STEP_RESET: "Your manager took off your second step for Red Bag",
    Kind.STEP_GUESSED: "Somebody typed wrong codes for your Red Bag account",
    Kind.CODES_MADE: "You have new recovery codes for Red Bag",
    Kind.CODE_USED: "A recovery code of your Red Bag account was used",
    Kind.KEY_COPIED: "A passkey of your Red Bag account may have been copied",
}
WORDS = {
    Kind.STEP_ADDED: "An app or a passkey was added to your Red Bag account just now.\n\n" + NOT_YOU,
    Kind.STEP_REMOVED: "An app or a passkey was taken off your Red Bag account just now.\n\n" + NOT_YOU,
    Kind.STEP_RESET: (
        "Your manager took off your second step for Red Bag: app, passkeys, recovery codes and your PIN for shared "
        "tablets no longer work. When you sign in next, you can set up new ones:\n{home}/sign-in\n\n"
        "If you did not ask for this, speak to your manager now.\n"
    ),
    Kind.STEP_GUESSED: (
        "Somebody gave the right password of your Red Bag account, and then too many wrong codes. Nobody can type "
        "another one for a while.\n\n" + NOT_YOU
    ),
    Kind.CODES_MADE: "Ten new recovery codes were made for your Red Bag account. Older ones no longer work.\n\n"
    + NOT_YOU,
    Kind.CODE_USED: "A recovery code was used to sign in to your Red Bag account just now.\n\n" + NOT_YOU,
    Kind.KEY_COPIED: (
        "A passkey of your Red Bag account was refused, because it may have been copied. Take it off, and add a new "
        "one:\n{home}/my-sign-in\n\n" + NOT_YOU
    ),
}
