"""Who replaces a label without saying what they saw means the one that was there before."""

from datetime import timedelta

from registry.assets import tags
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests.make import assets as make


def test_who_replaces_a_label_that_was_replaced_a_moment_ago_is_told_so(app, keeper, clock):
    with app.app_context():
        asset = make.asset(serial_no="AB-1").tag
        db.session.commit()
    path = f"/api/v1/assets/{asset}/label/revoke"
    made = keeper.post(path, json={"because": "lost"}).json["tag"]
    again = keeper.post(path, json={"because": "lost"})
    assert again.status_code == 409
    assert tags.grouped(made) in again.json["detail"]
    assert len(keeper.get(f"/api/v1/assets/{asset}/labels").json["items"]) == 2
    clock(kernel_clock.now() + timedelta(seconds=11))
    assert keeper.post(path, json={"because": "lost"}).status_code == 201
