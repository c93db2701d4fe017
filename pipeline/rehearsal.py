"""What a change of units would do to files of people: told before anybody decides on it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cells.models import OrganizationVersion
from cells.rehearsal import Effect, Remark, Scene
from pipeline.models import Case
from pipeline.queries.stays import key_on, stays_of_all


@dataclass(frozen=True)
class Lying:
    """Where a file lies on the day of the change, and whether that unit is closed by then."""

    key: int
    name: str
    is_closed: bool


class FilesEffect(Effect):
    """Open files that go to another cell with the change, or would stay behind in a closed one."""

    def look(self, scene: Scene) -> dict[int, Lying]:
        cases = list(Case.objects.visible_to(scene.user, on=scene.today).ongoing().filter(organization__in=scene.units))
        places = {key: key_on(stays, scene.on) for key, stays in stays_of_all(cases).items()}
        versions = OrganizationVersion.objects.in_force().on(scene.on).filter(organization__in={*places.values()})
        units = {
            key: Lying(key, name, is_closed)
            for key, name, is_closed in versions.values_list("organization_id", "name", "is_closed")
        }
        return {case: units[place] for case, place in places.items() if place in units}

    def tell(self, scene: Scene, before: dict[int, Lying], after: dict[int, Lying]) -> Iterator[Remark]:
        moved: Counter[str] = Counter()
        left: Counter[str] = Counter()
        for case, was in before.items():
            comes = after.get(case)
            if comes is None or (comes.is_closed and not was.is_closed):
                left[was.name] += 1
            elif comes.key != was.key:
                moved[comes.name] += 1
        for name, count in moved.items():
            yield Remark(f"{count} hồ sơ kết nạp đang làm chuyển theo sang {name}.")
        for name, count in left.items():
            yield Remark(
                f"{count} hồ sơ kết nạp đang làm còn ở {name}, đơn vị sẽ thôi hoạt động. Hãy chuyển các hồ sơ này sang "
                "chi bộ khác trước.",
                warns=True,
            )
