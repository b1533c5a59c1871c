"""The API under a schema-driven fuzzer: no failure of ours, no undocumented answer, no bad value accepted."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi.checks import *
from sqlalchemy import select

from registry import demo
from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, Person
from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.kernel.db import db
from registry.labs.models import Lab
from registry.plan.models import Plan

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
ADMIN = "quantri@example.vn"
HALF_THE_TIME = 0.5


@pytest.fixture
def known(arrange) -> dict[str, list[str | int]]:
    with arrange():
        demo.fill_if_empty()
    with arrange():
        codes = [*db.session.scalars(select(Plan.code)), *db.session.scalars(select(Lab.code))]
        bodies = db.session.scalars(select(Organisation.code).order_by(Organisation.id.desc()).limit(5))
        tags = db.session.scalars(select(Asset.tag).order_by(Asset.id).limit(5))
        return {"tags": [*tags], "codes": [*codes, *bodies], "keys": [1, 2, 3]}


KNOWN_IN = {
    "tags": ("path.tag", "body.asset"),
    "codes": ("path.code", "body.owner", "body.organisation", "body.parent", "body.lab", "body.successor"),
    "keys": ("path.key", "path.evidence_id"),
}


@pytest.fixture
def token(arrange, known) -> str:
    with arrange():
        admin = db.session.scalars(select(Person).filter_by(email=ADMIN)).one()
        _row, secret = accounts.add_token(admin, name="fuzzer", by=None)
    return secret


@pytest.fixture
def api(app, known, token):
    config = SchemathesisConfig.from_dict({
        "seed": 1,
        "headers": {"Authorization": f"Bearer {token}"},
        "generation": {"max-examples": EXAMPLES, "deterministic": True},
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 401, 403, 404, 409, 412, 422, 428, 429]},
                   "missing_required_header": {"expected-statuses": [400, 401, 403, 406, 415, 422, 428]}},
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {place: {"dictionary": name, "probability": HALF_THE_TIME} for name, places in KNOWN_IN.items() for place in places},
    })
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)



def test_the_api_keeps_its_word(api):
    from schemathesis import engine
    from schemathesis.engine import events
    from collections import Counter
    seen=Counter(); out=[]
    for event in engine.from_schema(api).execute():
        if isinstance(event, events.ScenarioFinished):
            for case_id, i in event.recorder.interactions.items():
                case=event.recorder.cases[case_id].value
                seen[(event.phase.value, case.operation.label, i.response.status_code if i.response else None)]+=1
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info:
                        f=check.failure_info.failure
                        r=event.recorder.interactions.get(case_id)
                        out.append((check.name, event.recorder.cases[case_id].value.operation.label, event.phase.value, f.title, f.message, check.failure_info.code_sample, r and r.response and r.response.status_code, r and r.response and r.response.content[:300]))
        elif isinstance(event, events.NonFatalError):
            out.append(("ERR", event.label, event.value)); import traceback; traceback.print_exception(event.value)
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.EngineFinished):
            print("END", event.stop_reason, event.running_time)
    for k,n in sorted(seen.items(), key=str): print(n,*k)
    for o in out:
        print("-----")
        for x in o: print("  ",x)
    assert not out
