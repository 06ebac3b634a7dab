from surveys.tokens import ALPHABET, is_token, new_code, new_token, read_code, response_id_of, spell, token_hash


def test_a_code_has_40_bits_of_unambiguous_signs():
    assert len(set(ALPHABET)) == 32
    assert not set("01IO") & set(ALPHABET)
    assert len(new_code()) == 8


def test_a_code_spelled_is_read_back():
    code = new_code()

    assert read_code(spell(code).lower()) == code


def test_a_token_is_recognised_by_its_shape():
    assert is_token(new_token())
    assert not is_token("short")
    assert not is_token("é" * 24)


def test_the_id_of_a_response_follows_from_its_token_alone():
    token = new_token()

    assert response_id_of(token) == response_id_of(token)
    assert response_id_of(token).hex not in token_hash(token)
