"""Tables in Markdown, and pages that keep what people wrote around them."""
import statistics


def grouped(number):
    """1234567 as 1 234 567."""
    return f"{round(number):,}".replace(",", " ")


def short(number):
    """Three digits, and never an exponent: 0.0123, 1.23, 12.3, 1 230."""
    rounded = float(f"{number:.3g}")
    return grouped(rounded) if rounded >= 1000 else f"{rounded:g}"


def spread(values, form=short):
    """Median (least–most)."""
    return f"{form(statistics.median(values))} ({form(min(values))}–{form(max(values))})"


def table(head, rows, text_columns=1):
    """Rows of cells, each a text or a number; the columns behind the first `text_columns` are aligned to the right."""
    def line(cells):
        return "| " + " | ".join(str(cell) for cell in cells) + " |"
    rule = "|" + "---|" * text_columns + "---:|" * (len(head) - text_columns)
    return "\n".join([line(head), rule, *(line(row) for row in rows)]) + "\n"


def region(page, name):
    """(before, what stands between `<!-- NAME: begin (...) -->` and `<!-- NAME: end -->`, after); None without."""
    begin = page.find(f"<!-- {name}: begin")
    start = page.find("-->\n", begin) + len("-->\n")
    end = page.find(f"<!-- {name}: end -->", start)
    return None if begin < 0 or end < 0 else (page[:start], page[start:end], page[end:])


def update(file, title, name, text):
    """Puts the text between the marks of this name. A file that is not there becomes a page with nothing else."""
    if not file.exists():
        file.write_text(f"# {title}\n\n<!-- {name}: begin (made by a script) -->\n<!-- {name}: end -->\n")
    parts = region(file.read_text(), name)
    if parts is None:
        raise SystemExit(f"{file} has no lines `<!-- {name}: begin (...) -->` and `<!-- {name}: end -->`")
    file.write_text(f"{parts[0]}{text}{parts[2]}")
