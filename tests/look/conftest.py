"""One running site for all the tests of the look."""

import pytest

from tests.look.demonstration import demonstration


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demonstration on its fixed day: `address` and `paths`."""
    with demonstration(tmp_path_factory.mktemp("look")) as running:
        yield running
