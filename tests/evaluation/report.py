"""The evaluation as a page that opens in any browser: calibration, figures, kinds of line, confusion."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.evaluation import details
from tests.evaluation.evaluate import FIGURES, FOLDER, Line, by_kind, calibration, calibration_error, confusion, groups


def write(lines: list[Line], told: list[details.Detail], name: str, path: Path) -> Path:
    """Write the page; returns where it is. It needs no other file."""
    by_group = groups(lines)
    plots = [
        {"name": group, "lines": len(by_group[group]), "bins": bins, "error": calibration_error(bins)}
        for group in ("all", "tier 1", "the rest")
        if (bins := calibration(by_group[group]))
    ]
    mistakes = confusion(lines)
    intents = sorted({intent for pair in mistakes for intent in pair})
    template = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    page = template.get_template("report.html").render(
        name=name,
        lines=len(lines),
        varieties=len({line.variety for line in lines}),
        plots=plots,
        figures=[figure.name for figure in FIGURES],
        rows=[
            {"name": group, "lines": len(among), "shares": [figure.of(among) for figure in FIGURES]}
            for group, among in by_group.items()
        ],
        kinds=by_kind(lines),
        details=details.DETAILS,
        stories=details.by_variety(told),
        intents=intents,
        confusion=mistakes,
        sums={intent: sum(n for (was, _), n in mistakes.items() if was == intent) for intent in intents},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path
