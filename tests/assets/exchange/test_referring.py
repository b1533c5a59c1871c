"""What stands in the way of an undo is called by its name, in the language of whoever asks."""

from registry.assets.exchange import referring, undoing
from registry.kernel.i18n import speaking


def test_every_record_that_may_refer_to_an_asset_has_a_name_in_both_languages(app):
    assert {table for table, _clause in undoing.references()} <= referring.WORDS.keys()
    names = []
    for locale in ("en", "vi"):
        with app.app_context(), speaking(locale):
            names.append({str(referring.said_of(table)) for table in referring.WORDS})
    assert names[0].isdisjoint(names[1])
