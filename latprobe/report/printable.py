"""Text from outside, on its way to a terminal."""


def printable(text: str) -> str:
    r"""Text of a document or a target, without power over a terminal, and on one line.

    Whatever is not a visible character is written as Python writes it, as in `\x1b`: control
    characters, which move the cursor or start an escape sequence, and also those that reverse the
    direction of writing or show nothing. Print the answer as `rich.text.Text`, never as markup.
    """
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
