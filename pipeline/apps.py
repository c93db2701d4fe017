"""Candidates on their way to membership: rules, engine, files, and the pages about them."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = "Nguồn và hồ sơ kết nạp"

    def ready(self) -> None:
        import pipeline.checks
        import pipeline.jobs
        import pipeline.workbook.sheet  # noqa: F401 - registers checks of rule files, jobs, and the sheet of files
        from cells import keeping, navigation, rehearsal
        from cells.duties import register_duties
        from cells.navigation import Entry, Section
        from cells.people import register_people
        from cells.signals import facts_changed, personal_data_changed
        from pipeline import open_cases
        from pipeline.duties import duties
        from pipeline.queries.cases import open_cases_of
        from pipeline.queries.people import files_of_member, people_named
        from pipeline.rehearsal import FilesEffect
        from pipeline.services.keeping import keeper, take_files_along, without_files
        from pipeline.services.same_person import follow_the_roll

        open_cases.register(open_cases_of)
        register_people(people_named)
        register_duties(duties)
        rehearsal.register(FilesEffect())
        keeping.register(keeper)
        keeping.register_tended(without_files)
        keeping.register_files(files_of_member)
        facts_changed.connect(take_files_along, dispatch_uid="pipeline.take_files_along")
        personal_data_changed.connect(follow_the_roll, dispatch_uid="pipeline.follow_the_roll")
        right = ("view", "pipeline.ruleconfirmation")
        twice = ("view", "pipeline.duplicatereport")
        navigation.register(
            Entry("Báo trùng hồ sơ", "pipeline:duplicate-list", Section.OTHER, 28, right=twice),
            Entry(
                "Nguồn kết nạp", "pipeline:case-list", Section.WORK, 12, right=("view", "pipeline.case"), short="Nguồn"
            ),
            Entry(
                "Thẩm tra lý lịch",
                "pipeline:vetting-list",
                Section.WORK,
                35,
                right=("view", "pipeline.vettinginquiry"),
                short="Thẩm tra",
            ),
            Entry("Lớp bồi dưỡng", "pipeline:class-list", Section.WORK, 40, right=("view", "pipeline.trainingclass")),
            Entry("Phiên họp xét", "pipeline:session-list", Section.WORK, 30, right=("view", "pipeline.session")),
            Entry("Phát thẻ đảng", "pipeline:card-list", Section.WORK, 42, right=("view", "pipeline.cardbatch")),
            Entry("Bộ quy định", "pipeline:rules", Section.OTHER, 40, right=right),
            Entry("Lịch làm việc", "pipeline:calendar", Section.OTHER, 45, right=right),
        )
