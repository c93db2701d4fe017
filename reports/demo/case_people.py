"""Who the people on their way are: names, ages, occupations, families. All invented; identity numbers begin with 099,
which no province has."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from reports.demo.names import COMMUNES, PROVINCE, VILLAGES, Choice, person_name
from reports.demo.people import Person
from reports.demo.tree import Sector, Unit

PROVINCE_CODE = "099"
DIPLOMA, PRIMARY, UNKNOWN = "LOWER_SECONDARY_DIPLOMA", "PRIMARY", "UNKNOWN"
YOUTH, OFFICIALS, TEACHERS = "đoàn viên thanh niên", "cán bộ, công chức, viên chức", "giáo viên"
SOLDIERS, WORKERS, HEALTH = "quân nhân", "quần chúng trong doanh nghiệp", "viên chức y tế"
CATHOLIC = "Công giáo"
_UNION_UNTIL = 30.5
OLDEST = 59.4


@dataclass(frozen=True)
class Work:
    """What somebody does, and the sources that this makes of him. `sex`: True for women only, False for men only."""

    occupation: str
    sources: str
    weight: float
    sex: bool | None = None
    ages: tuple[int, int] = (18, 58)


_WORK = {
    Sector.VILLAGE: (
        Work("Nông dân", "hội viên nông dân", 22, ages=(24, 57)),
        Work("Nông dân", "đoàn viên thanh niên; dân quân", 10, False, (19, 32)),
        Work("Công nhân may", "đoàn viên thanh niên; hội viên phụ nữ", 10, True, (19, 34)),
        Work("Bí thư chi đoàn", "đoàn viên thanh niên; người hoạt động không chuyên trách", 9, ages=(19, 32)),
        Work("Phó trưởng thôn", "trưởng, phó thôn, tổ dân phố", 7, ages=(28, 56)),
        Work("Trưởng ban công tác Mặt trận", "trưởng, phó ban công tác Mặt trận", 5, ages=(32, 57)),
        Work("Chi hội trưởng Phụ nữ", "trưởng, phó chi hội đoàn thể; hội viên phụ nữ", 8, True, (27, 54)),
        Work("Chi hội trưởng Nông dân", "trưởng, phó chi hội đoàn thể; hội viên nông dân", 6, ages=(30, 57)),
        Work("Nhân viên y tế thôn", "người hoạt động không chuyên trách", 4, ages=(24, 52)),
        Work("Lái xe", "quân nhân xuất ngũ; dân quân", 7, False, (22, 38)),
        Work("Buôn bán nhỏ", "hội viên phụ nữ", 6, True, (24, 52)),
        Work("Thợ xây", "quân nhân xuất ngũ", 4, False, (22, 42)),
        Work("Sinh viên", YOUTH, 3, ages=(19, 23)),
    ),
    Sector.SCHOOL: (
        Work("Giáo viên", f"{TEACHERS}; đoàn viên thanh niên", 40, ages=(22, 30)),
        Work("Giáo viên", TEACHERS, 40, ages=(30, 46)),
        Work("Nhân viên thư viện", OFFICIALS, 6, ages=(23, 48)),
        Work("Kế toán", OFFICIALS, 8, ages=(24, 48)),
    ),
    Sector.HEALTH: (
        Work("Điều dưỡng", HEALTH, 40, ages=(22, 46)),
        Work("Y sĩ", HEALTH, 25, ages=(23, 48)),
        Work("Hộ sinh", HEALTH, 15, True, (22, 46)),
        Work("Dược sĩ", HEALTH, 12, ages=(23, 44)),
    ),
    Sector.OFFICE: (
        Work("Công chức Văn phòng - Thống kê", OFFICIALS, 20, ages=(23, 45)),
        Work("Công chức Địa chính - Xây dựng", OFFICIALS, 20, ages=(24, 46)),
        Work("Công chức Tư pháp - Hộ tịch", OFFICIALS, 16, ages=(24, 46)),
        Work("Công chức Văn hóa - Xã hội", OFFICIALS, 18, ages=(23, 45)),
        Work("Phó Bí thư Đoàn xã", "cán bộ, công chức, viên chức; đoàn viên thanh niên", 12, ages=(21, 31)),
    ),
    Sector.POLICE: (
        Work("Công an xã", "lực lượng công an", 60, ages=(20, 33)),
        Work("Người tham gia bảo vệ an ninh ở cơ sở", "người hoạt động không chuyên trách", 15, False, (22, 46)),
    ),
    Sector.ARMY: (
        Work("Quân nhân chuyên nghiệp", SOLDIERS, 45, ages=(21, 34)),
        Work("Chiến sĩ", f"{SOLDIERS}; đoàn viên thanh niên", 40, False, (19, 24)),
        Work("Dân quân thường trực", "dân quân; thanh niên chuẩn bị nhập ngũ", 20, False, (18, 26)),
    ),
    Sector.AGENCY: (
        Work("Chuyên viên", OFFICIALS, 60, ages=(23, 42)),
        Work("Kế toán", OFFICIALS, 15, ages=(24, 46)),
        Work("Văn thư", OFFICIALS, 10, ages=(22, 46)),
    ),
    Sector.ENTERPRISE: (
        Work("Công nhân", f"{WORKERS}; đoàn viên thanh niên", 40, ages=(20, 30)),
        Work("Tổ trưởng sản xuất", WORKERS, 25, ages=(27, 48)),
        Work("Kỹ thuật viên", WORKERS, 20, ages=(23, 42)),
        Work("Kế toán", WORKERS, 10, ages=(24, 46)),
    ),
}  # fmt: skip
_STUDENT = Work("Học sinh lớp 12", "học sinh trung học phổ thông; đoàn viên thanh niên", 14, ages=(18, 18))
_OWNER = Work("Giám đốc công ty tư nhân", "chủ doanh nghiệp tư nhân", 1.2, ages=(33, 54))
_WOMEN = {Sector.VILLAGE: 0.46, Sector.SCHOOL: 0.8, Sector.HEALTH: 0.7, Sector.POLICE: 0.14, Sector.ARMY: 0.08}


@dataclass
class Kin:
    """A relative as the curriculum vitae names him."""

    relation: str
    full_name: str
    birth_year: int
    residence: str
    place: str
    """Whose committee is asked."""


@dataclass
class Outsider:
    """Somebody who is not a member: quần chúng."""

    full_name: str
    born: date
    is_woman: bool
    ethnicity: str
    religion: str
    work: Work
    education: str
    identity_number: str
    phone: str
    home: str
    commune: str
    in_youth_union: bool
    in_trade_union: bool
    near_youth_union: bool = True
    """Whether there is a Youth Union where the person works or lives."""
    routes: list[str] = field(default_factory=list)
    is_difficult_area: bool = False
    has_political_question: bool = False
    family: list[Kin] = field(default_factory=list)


class Outsiders:
    """Makes people of the surroundings of a committee's cells; no two have the same identity number."""

    def __init__(self, rng: Random, number: int) -> None:
        self._rng, self._number = rng, number
        self._given: set[int] = set()
        self._cards = 0

    def make(self, cell: Unit, commune: str, opened_on: date, until: date) -> Outsider:
        """Somebody introduced in *cell*, which lies in *commune*, on that day; not too old on the day *until*."""
        rng = self._rng
        is_woman = rng.random() < _WOMEN.get(cell.sector, 0.5)
        work = self._work(cell, is_woman)
        low, high = work.ages
        # Old enough from the first day on: eighteen and some months.
        oldest = OLDEST - (until - opened_on).days / 365.25
        years = min(rng.uniform(max(low, 18.1), high + 0.9), oldest)
        born = opened_on - timedelta(days=round(years * 365.25))
        age = (opened_on - born).days / 365.25
        person = Outsider(
            full_name="", born=born, is_woman=is_woman, ethnicity=Choice(cell.mix)(rng), religion="Không", work=work,
            education=DIPLOMA, identity_number=self._identity(born, is_woman),
            phone=f"0000 {rng.randrange(1000):03d} {rng.randrange(1000):03d}", home=self._home(cell, commune),
            commune=commune, in_youth_union=age < _UNION_UNTIL, in_trade_union=has_trade_union(cell),
        )  # fmt: skip
        person.near_youth_union = cell.sector is not Sector.AGENCY or person.in_youth_union
        person.full_name = person_name(rng, person.ethnicity, is_woman, born.year)
        self._particulars(person, cell)
        return person

    def of_member(self, member: Person, cell: Unit, commune: str, opened_on: date) -> Outsider:
        """Who *member* was when the file was opened in *cell*, which lies in *commune*."""
        age = (opened_on - member.born).days / 365.25
        person = Outsider(
            full_name=member.full_name, born=member.born, is_woman=member.is_woman, ethnicity=member.ethnicity,
            religion=member.religion, work=self._work(cell, member.is_woman, age), education=DIPLOMA,
            identity_number=self._identity(member.born, member.is_woman),
            phone=f"0000 {self._rng.randrange(1000):03d} {self._rng.randrange(1000):03d}",
            home=self._home(cell, commune), commune=commune, in_youth_union=age < _UNION_UNTIL,
            in_trade_union=has_trade_union(cell),
        )  # fmt: skip
        person.near_youth_union = cell.sector is not Sector.AGENCY or person.in_youth_union
        if person.religion == CATHOLIC:
            person.routes = ["religion"]
        return person

    def _work(self, cell: Unit, is_woman: bool, age: float | None = None) -> Work:
        known = [*_WORK[cell.sector]]
        known += [_STUDENT] if "THPT" in cell.name else []
        known += [_OWNER] if cell.sector in (Sector.VILLAGE, Sector.ENTERPRISE) else []
        known = [work for work in known if work.sex in (None, is_woman)]
        if age is not None:
            known = [work for work in known if work.ages[0] - 1 <= age <= work.ages[1] + 1] or known[:1]
        return self._rng.choices(known, [work.weight for work in known])[0]

    def _particulars(self, person: Outsider, cell: Unit) -> None:
        rng = self._rng
        if cell.is_religious and rng.random() < 0.09:
            person.religion, person.routes = CATHOLIC, ["religion"]
        elif rng.random() < 0.015:
            person.religion = "Phật giáo"
        if cell.is_minority and cell.sector is Sector.VILLAGE and rng.random() < 0.07:
            person.education, person.is_difficult_area = PRIMARY, True
            person.routes.append("education_area")
        if person.work is _OWNER:
            person.routes.append("entrepreneur")

    def _identity(self, born: date, is_woman: bool) -> str:
        """Sex and century, year of birth, and six digits that no other committee of the demo gives."""
        while True:
            serial = self._number % 100 * 10_000 + self._rng.randrange(10_000)
            if serial not in self._given or len(self._given) > 9_000:
                break
        self._given.add(serial)
        sign = (2 if born.year >= 2000 else 0) + is_woman
        return f"{PROVINCE_CODE}{sign}{born.year % 100:02d}{serial:06d}"

    def card_number(self) -> str:
        """The number of a card, which no other card of the demo has."""
        self._cards += 1
        return f"{PROVINCE_CODE}{self._number:03d}{self._cards:06d}"

    def _home(self, cell: Unit, commune: str) -> str:
        if cell.sector is Sector.VILLAGE:
            return f"{cell.name.removeprefix('Chi bộ ')}, {commune}"
        return f"thôn {self._rng.choice(VILLAGES)}, {commune}"

    # --- families -------------------------------------------------------------------------------------------------

    def declare_family(self, person: Outsider, on: date) -> None:
        """The relatives that *person* names in the curriculum vitae of that day."""
        rng, year = self._rng, person.born.year
        family = person.full_name.split()[0]
        kin = [self._kin(person, "father", False, year - rng.randint(20, 38), family)]
        kin.append(self._kin(person, "mother", True, year - rng.randint(18, 34)))
        age = (on - person.born).days / 365.25
        if age > 24 and rng.random() < 0.8:
            spouse = self._kin(person, "spouse", not person.is_woman, year + rng.randint(-5, 5))
            name = spouse.full_name.split()[0]
            kin.append(spouse)
            kin.append(self._kin(person, "spouse_father", False, spouse.birth_year - rng.randint(20, 36), name))
            kin.append(self._kin(person, "spouse_mother", True, spouse.birth_year - rng.randint(18, 34)))
            surname = name if person.is_woman else family
            for _ in range(rng.randint(0, min(2, int(age - 22) // 3))):
                born = year + rng.randint(23, max(23, int(age)))
                kin.append(self._kin(person, "child", rng.random() < 0.5, min(born, on.year), surname))
        if rng.random() < 0.6:
            kin.append(self._kin(person, "sibling", rng.random() < 0.5, year + rng.randint(-9, 9), family))
        person.family = kin

    def _kin(self, person: Outsider, relation: str, is_woman: bool, born: int, family: str = "") -> Kin:
        rng = self._rng
        words = person_name(rng, person.ethnicity, is_woman, born).split()
        home, commune = person.home, person.commune
        if relation.startswith("spouse_") or (relation != "child" and rng.random() < 0.25):
            commune = f"xã {rng.choice(COMMUNES)}"
            home = f"thôn {rng.choice(VILLAGES)}, {commune}, tỉnh {PROVINCE}"
        return Kin(relation, " ".join([family or words[0], *words[1:]]), born, home, commune)


def has_trade_union(cell: Unit) -> bool:
    return cell.sector in (Sector.SCHOOL, Sector.HEALTH, Sector.OFFICE, Sector.AGENCY, Sector.ENTERPRISE)
