"""A plot of a few curves as SVG, both axes logarithmic: equal ratios have equal lengths."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 34, 44
COLORS = ("#1f5fa8", "#c2571a", "#3a8a3a")


def short(number):
    """1024 as 1 Ki where it is a power of two, 20000 as 20k."""
    for unit, name in ((1 << 20, " Mi"), (1 << 10, " Ki")):
        if number >= unit and number % unit == 0:
            return f"{number // unit}{name}"
    for unit, name in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= unit:
            return f"{number / unit:g}{name}"
    return f"{number:g}"


def axis(low, high, start, end):
    """From a value to its place on the paper."""
    span = math.log(high / low) or 1.0
    return lambda value: start + (end - start) * math.log(value / low) / span


def label(x, y, text, anchor="middle", **more):
    attributes = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{escape(text)}</text>'


def line(x1, y1, x2, y2, color):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'


def grid(xs, low, high, across, up, x_title, y_title):
    parts = []
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        y = up(10**power)
        parts += [line(LEFT, y, WIDTH - RIGHT, y, "#ddd"), label(LEFT - 6, y + 4, short(10**power), "end")]
    for x in xs:
        parts += [line(across(x), HEIGHT - BOTTOM, across(x), HEIGHT - BOTTOM + 4, "#444"),
                  label(across(x), HEIGHT - BOTTOM + 17, short(x))]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return parts + [line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#444"),
                    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_title),
                    label(14, middle, y_title, transform=f"rotate(-90 14 {middle:.1f})")]


def curve(points, across, up, color):
    places = [(across(x), up(y)) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places)]


def legend(names):
    parts, x = [], LEFT
    for name, color in zip(names, COLORS):
        parts += [line(x, 26, x + 16, 26, color), label(x + 21, 30, name, "start")]
        x += 30 + 7 * len(name)
    return parts


def plot(title, x_title, y_title, curves):
    """curves: {name: [(x, y), ...]}, all positive. Returns the text of an SVG file."""
    xs = sorted({x for points in curves.values() for x, _ in points})
    ys = [y for points in curves.values() for _, y in points]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys) * 1.01))
    across = axis(xs[0], xs[-1], LEFT + 12, WIDTH - RIGHT - 12)
    up = axis(low, high, HEIGHT - BOTTOM, TOP + 8)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
             f'height="{HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             label(LEFT, 15, title, "start", font_weight="bold")]
    parts += grid(xs, low, high, across, up, x_title, y_title)
    for points, color in zip(curves.values(), COLORS):
        parts += curve(points, across, up, color)
    if len(curves) > 1:
        parts += legend(curves)
    return "\n".join([*parts, "</svg>"]) + "\n"
