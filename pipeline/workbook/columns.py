"""The columns of CAM_TINH, and which step of the rules each of its days is."""

from cells.kinds import Sex
from cells.workbook.reading import Column
from cells.workbook.values import read_choice, read_code, read_codes, read_date, read_partial_date, read_text
from pipeline.engine.membership import CEREMONY, DECISION, RECOGNITION

SYMPATHISER, CERTIFICATE, APPLICATION, VOTE = "sympathiser_list", "awareness_class", "application", "cell_vote"
HELPER, INTRODUCTION = "helper", "introduction"
DAYS = (SYMPATHISER, CERTIFICATE, APPLICATION, VOTE, DECISION, CEREMONY, RECOGNITION)
"""Keys of the columns with days, in the order of the way. Each is the name of a step of every edition."""
PERSON = ("full_name", "sex", "sources", "occupation")
PRIVATE = ("ethnicity", "religion")

_DAY = "Giữ nguyên ngày đã có; hồ sơ mới coi như chưa làm việc này."

COLUMNS = (
    Column(
        "Mã hồ sơ", "code", read_code, is_key=True, longest=40,
        about="Mã riêng của từng hồ sơ, không đổi. Để trống thì hồ sơ mới được cấp mã, hồ sơ đã có được tìm theo họ "
        "tên, ngày sinh và chi bộ.",
    ),
    Column(
        "Mã đảng viên", "member", read_code, longest=40,
        about="Chỉ ghi khi đã kết nạp (có Ngày kết nạp): mã như ở sheet DANG_VIEN, để không tính một người hai lần.",
        absent="Giữ nguyên mã đã có; không thêm được hồ sơ của người đã kết nạp.",
    ),
    Column(
        "Họ và tên", "full_name", read_text, longest=200, about="Bắt buộc đối với hồ sơ mới.",
        absent="Hồ sơ đã có giữ nguyên tên; không thêm được hồ sơ mới.",
    ),
    Column("Ngày sinh", "born_on", read_partial_date, about="Ngày, tháng, năm sinh."),
    Column("Giới tính", "sex", read_choice({sex.label: sex for sex in Sex}), about="Giới tính."),
    Column("Dân tộc", "ethnicity", read_text, longest=60, about="Dân tộc."),
    Column("Tôn giáo", "religion", read_text, longest=60, about="Tôn giáo; không theo đạo thì ghi Không."),
    Column(
        "Mã tổ chức", "organization", read_code, longest=40,
        about="Mã chi bộ đang giữ hồ sơ. Bắt buộc đối với hồ sơ mới.",
        absent="Hồ sơ đã có ở nguyên chi bộ; không thêm được hồ sơ mới.",
    ),
    Column(
        "Nguồn", "sources", read_text, longest=200,
        about="Thuộc nguồn nào: Đoàn thanh niên, hội, doanh nghiệp… Nhiều nguồn thì cách nhau bằng dấu chấm phẩy (;).",
    ),
    Column("Chức danh", "occupation", read_text, longest=200, about="Chức danh, nghề nghiệp."),
    Column(
        "Ngày công nhận cảm tình", SYMPATHISER, read_date, absent=_DAY,
        about="Ngày nghị quyết của chi bộ đưa vào danh sách cảm tình Đảng.",
    ),
    Column(
        "Đảng viên giúp đỡ", "helpers", read_codes,
        about="Mã đảng viên chính thức được phân công; tính từ Ngày công nhận cảm tình. Người đang giúp đỡ mà không có "
        "ở đây vẫn giữ nguyên.", absent="Giữ nguyên người giúp đỡ đã có; hồ sơ mới coi như chưa phân công.",
    ),
    Column(
        "Ngày chứng nhận lớp", CERTIFICATE, read_date, absent=_DAY,
        about="Ngày cấp giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng.",
    ),
    Column("Ngày nộp đơn", APPLICATION, read_date, absent=_DAY, about="Ngày của đơn xin vào Đảng."),
    Column(
        "Ngày chi bộ xét", VOTE, read_date, absent=_DAY,
        about="Ngày chi bộ họp và thông qua việc đề nghị kết nạp. Chi bộ chưa thông qua thì để trống.",
    ),
    Column(
        "Ngày quyết định", DECISION, read_date, absent=_DAY,
        about="Ngày của quyết định kết nạp. Phải khớp với danh sách đảng viên khi đã kết nạp.",
    ),
    Column(
        "Ngày kết nạp", CEREMONY, read_date, absent=_DAY,
        about="Ngày lễ kết nạp. Phải có Mã đảng viên và khớp với danh sách đảng viên.",
    ),
    Column(
        "Ngày chính thức", RECOGNITION, read_date, absent=_DAY,
        about="Ngày được tính là đảng viên chính thức, như ở danh sách đảng viên. Chưa công nhận thì để trống.",
    ),
)  # fmt: skip
