"""lacking: kernels that were built without one property each. Compares every record with `ipec eval
--kernel=CONFIG`, where CONFIG is the configuration that the kernel was built in."""

from oracle import evaluate, kernel
from oracle.ipec import Ipec
from oracle.session import Session


def run(session, count):
    wrong, records = 0, 0
    kernels = kernel.ensure_lacking(session.kernel)
    for judge in kernels:
        lacking = Session(judge, session.ipec.judging_for(judge.config), session.seed, session)
        asked = evaluate.cases(lacking, count)
        made = evaluate.outcomes_of(lacking, asked, f"without {judge.lacks}")
        different = [(case, outcome) for case, outcomes in zip(asked, made)
                     for outcome in outcomes if outcome.differs()]
        for case, outcome in different[:evaluate.SHOWN]:
            print(f"\n{judge}:")
            evaluate.show(lacking, case, outcome.action)
        wrong += len(different)
        records += sum(len(outcome.sent) for outcomes in made for outcome in outcomes)
    lacks = ", ".join(judge.lacks for judge in kernels)
    return wrong, f"{count} policies for each kernel, built without {lacks}: {records} records"
