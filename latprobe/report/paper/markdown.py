"""A report as Markdown, with its pictures in files of their own beside it."""

from collections.abc import Iterator

from latprobe.report.markdown_text import escaped
from latprobe.report.paper.model import Facts, Grid, Notes, Paper, Picture, Words
from latprobe.report.picture import picture_bytes


def paper_markdown(paper: Paper, stem: str) -> tuple[str, dict[str, bytes]]:
    """The text, and the pictures that it shows by their names.

    Args:
        paper: The report.
        stem: What the names of pictures begin with: the report's own name.
    """
    pictures: dict[str, bytes] = {}
    lines = [f"# {escaped(paper.title)}", ""]
    for section in paper.sections:
        lines += [f"## {escaped(section.heading)}", ""]
        for block in section.blocks:
            if isinstance(block, Picture):
                name = f"{stem}-{len(pictures) + 1}.svg"
                pictures[name] = picture_bytes(".svg", block.draw)
                lines += [f"![{escaped(block.caption)}](<{_address(name)}>)", ""]
            else:
                lines += [*_block(block), ""]
    return "\n".join(lines).rstrip() + "\n", pictures


def _address(name: str) -> str:
    """A file's name between angle brackets."""
    return name.replace("\\", "\\\\").replace("<", "\\<").replace(">", "\\>")


def _block(block: Facts | Grid | Notes) -> Iterator[str]:
    match block:
        case Facts(lines=lines):
            yield from (f"- **{escaped(name)}**: {escaped(text)}" for name, text in lines)
        case Notes(lines=notes):
            yield from (f"- {_words(it)}" for it in notes)
        case Grid(columns=columns, rows=rows, numbers=numbers):
            yield f"| {' | '.join(escaped(it) for it in columns)} |"
            rules = ("---:" if place in numbers else "---" for place in range(len(columns)))
            yield f"| {' | '.join(rules)} |"
            yield from (f"| {' | '.join(_words(it) for it in row)} |" for row in rows)


def _words(words: Words) -> str:
    text = escaped(words.text.replace("\N{NO-BREAK SPACE}", " ").strip())
    return f"**{text}**" if words.tone == "bad" and text else text
