"""Quantities that the vocabulary knows are said in the reader's language; what people call otherwise stays theirs."""

import pytest

from registry.kernel.i18n import speaking
from registry.kernel.quantities import said_quantity


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "english", "vietnamese"),
    [
        ("Áp suất", "Pressure", "Áp suất"),
        ("áp suất", "pressure", "áp suất"),
        ("AP SUAT", "Pressure", "AP SUAT"),
        ("pressure", "pressure", "áp suất"),
        ("Length", "Length", "Độ dài"),
        ("Chiều dài", "Length", "Chiều dài"),
        ("điện áp một chiều", "DC voltage", "điện áp một chiều"),
        ("DC voltage", "DC voltage", "Điện áp một chiều"),
        ("Độ pH", "pH", "Độ pH"),
        ("Trọng lượng", "Mass", "Trọng lượng"),
        ("Áp suất nồi hấp <b>", "Áp suất nồi hấp <b>", "Áp suất nồi hấp <b>"),
        ("", "", ""),
    ],
)
def test_a_known_quantity_is_said_in_the_readers_language(app, typed, english, vietnamese):
    told = []
    for language in ("en", "vi"):
        with app.app_context(), speaking(language):
            told.append(said_quantity(typed))
    assert told == [english, vietnamese]
