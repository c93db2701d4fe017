"""How long `manage.py demo --scale N` took when its kept database was loaded, against what it may take."""

from collections.abc import Iterator

from tests.bench import kept
from tests.bench.measure import Ratio


def run() -> Iterator[Ratio]:
    for scale, goal in kept.GOAL_SECONDS.items():
        if scale not in kept.scales():
            continue
        loading = kept.use(scale)
        steps = ", ".join(f"{step} {elapsed:.0f}" for step, (elapsed, _) in loading.steps.items())
        yield Ratio(
            f"demo --scale {scale} ÷ {goal // 60} minutes", loading.seconds / goal, 1,
            f"{loading.seconds:.0f} s, {loading.cpu:.0f} s of processor, load then {loading.load:.1f}: {steps}",
        )  # fmt: skip
