"""The engine: immutable facts in, next lawful steps and gates out. Nothing here asks a database, a clock or a request.

facts.py       what it is told             replay.py      stage and steps done, from the events
months.py      ages and validities          votes.py       who counts, how many must agree
clocks.py      deadlines in working days    deciding.py    which unit decides
conditions.py  when a step is taken         checks/        requirements, by subject
gates.py       may this step be taken?      steps.py       what comes next?
"""
