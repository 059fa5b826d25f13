import pytest
NAMES=["words","wordings","preview","preview_mail","who","test","check","change"]
@pytest.mark.parametrize("name",NAMES)
def test_opens(as_member, dee, draft, readers, screen, name):
    r=as_member(dee).get(screen(name,draft))
    assert r.status_code==200
