"""How long a hundred labels take to draw, and what part of the promised 0.6 seconds that is."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from redbag.bags import codes, sheets, tokens

PROMISED = 0.6  # seconds
COUNT = 100
ROUNDS = 7


def main() -> int:
    """Print one row per layout, of the middle round; 1 when a layout takes longer than promised."""
    labels = [
        sheets.Label(
            tracker=f"OAK-{number:04}",
            url=f"https://redbag.example/b/{tokens.new_token()}",
            code=codes.shown(codes.new_code()),
            home_phone="020 7946 0123",
        )
        for number in range(COUNT)
    ]
    print(f"{COUNT} labels  {'seconds':>8} {'of promise':>11} {'kB':>6}")
    late = False
    for layout in sheets.LAYOUTS:
        rounds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            pdf = sheets.draw(layout=layout, labels=labels)
            rounds.append(time.perf_counter() - started)
        middle = sorted(rounds)[ROUNDS // 2]
        late = late or middle > PROMISED
        print(f"{layout:10}  {middle:8.3f} {middle / PROMISED:10.0%} {len(pdf) / 1000:7.0f}")
    return int(late)


if __name__ == "__main__":
    raise SystemExit(main())
