"""Markdown as text to be read: the text part of a mail says what its HTML part says, in the same order."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from trust.text import SCHEMES, parsed


def text(markdown: str, first_heading: int = 3) -> str:
    """Return Markdown as plain text; a paragraph is one line, which each mail program wraps for its own screen.

    Links carry their address in angle brackets (RFC 3986 appendix C), lists their signs and numbers,
    quotations a ">". Emphasis and pictures leave no trace, as pictures leave none in the HTML part.
    """
    return "\n\n".join(_blocks(SyntaxTreeNode(parsed(markdown, first_heading)).children))


def underlined(heading: str, sign: str) -> str:
    """Return a heading with a rule under it; one of no letters is nothing."""
    return f"{heading}\n{sign * min(len(heading), 60)}" if heading else ""


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> list[str]:
    return [block for node in nodes if (block := _block(node).strip("\n"))]


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            title = _line(node)
            return underlined(title, "-") if node.tag == "h2" else title
        case "paragraph":
            return _line(node)
        case "bullet_list":
            return _list(node, ("- " for _ in node.children))
        case "ordered_list":
            first = int(node.attrGet("start") or 1)
            return _list(node, (f"{number}. " for number, _ in enumerate(node.children, first)))
        case "blockquote":
            return _indented("\n\n".join(_blocks(node.children)), "> ", "> ")
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"), "    ", "    ")
        case "hr":
            return "* * *"
        case "table":
            rows = (row for part in node.children for row in part.children)
            return "\n".join(" | ".join(_line(cell) for cell in row.children) for row in rows)
        case _:
            return "\n\n".join(_blocks(node.children))


def _list(node: SyntaxTreeNode, signs: Iterable[str]) -> str:
    """A list is tight when its paragraphs are hidden (CommonMark 5.3): no empty line between its items."""
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    between = "\n" if tight else "\n\n"
    items = [(sign, between.join(_blocks(item.children))) for item, sign in zip(node.children, signs, strict=True)]
    return between.join(_indented(body, sign, " " * len(sign)) for sign, body in items)


def _indented(block: str, first: str, others: str) -> str:
    lines = block.split("\n")
    return "\n".join(((others if at else first) + line).rstrip() for at, line in enumerate(lines))


def _line(node: SyntaxTreeNode) -> str:
    """The running text of a heading, paragraph or cell: one line, unless the writer broke it."""
    inline = "".join(_inline(child) for part in node.children for child in part.children)
    return "\n".join(" ".join(line.split()) for line in inline.split("\n")).strip()


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return _link(node)
        case "image":
            return ""
        case _:
            return "".join(_inline(child) for child in node.children)


def _link(node: SyntaxTreeNode) -> str:
    said = "".join(_inline(child) for child in node.children).strip()
    address = str(node.attrGet("href") or "")
    if node.markup == "autolink" or not _is_kept(address) or address in (said, f"mailto:{said}"):
        return said
    address = address.removeprefix("mailto:")
    return f"{said} <{address}>" if said else address


def _is_kept(address: str) -> bool:
    """Whether the HTML part links it too: the sanitiser keeps its schemes and addresses without one."""
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return False
    return bool(address) and (not scheme or scheme.lower() in SCHEMES)
