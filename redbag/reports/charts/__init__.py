"""Charts as plain geometry to be drawn: across in per cent, down in pixels, so letters keep their size.

Nothing is carried by colour or pattern alone: every bar has its words and number beside it, every point that is news a
shape and a word, and every chart a sentence that says what it shows and a table with the same numbers.
"""

from redbag.reports.charts.bars import Chart, Pair, chart_of, pairs_chart, places_chart
from redbag.reports.charts.runs import run_chart

__all__ = ["Chart", "Pair", "chart_of", "pairs_chart", "places_chart", "run_chart"]
