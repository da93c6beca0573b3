from corridor.errors import Problem


def test_a_value_as_long_as_a_book_is_cut():
    said = str(Problem("there is no such region", "Correct the name", "a.csv", 3, "region", "a" * 32_000))
    assert len(said) < 1200
    assert "(32,002 characters): there is no such region. Correct the name" in said
    assert "value 'short':" in str(Problem("there is no such region", "Correct it", "a.csv", value="short"))
