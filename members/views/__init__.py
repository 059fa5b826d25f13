from members.views.choosing import choices, leaving, one_click, put_back
from members.views.joining import code, confirm, join, new_code, not_me
from members.views.own import fresh_code, me, my_record, name, second_factor, showing, welcome

__all__ = [
    "choices",
    "code",
    "confirm",
    "fresh_code",
    "join",
    "leaving",
    "me",
    "my_record",
    "name",
    "new_code",
    "not_me",
    "one_click",
    "put_back",
    "second_factor",
    "showing",
    "welcome",
]
