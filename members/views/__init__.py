from members.views.choosing import choices, leaving, one_click, put_back
from members.views.joining import code, confirm, join, new_code, not_me
from members.views.moving import change_of_address, devices, new_address, old_address
from members.views.own import fresh_code, me, my_record, name, second_factor, showing, welcome
from members.views.rights import data_complaint, data_complaint_received, forget_me, forgotten, my_data, notice
from members.views.ways_in import ways_in_back

__all__ = [
    "change_of_address",
    "choices",
    "code",
    "confirm",
    "data_complaint",
    "data_complaint_received",
    "devices",
    "forget_me",
    "forgotten",
    "fresh_code",
    "join",
    "leaving",
    "me",
    "my_data",
    "my_record",
    "name",
    "new_address",
    "new_code",
    "not_me",
    "notice",
    "old_address",
    "one_click",
    "put_back",
    "second_factor",
    "showing",
    "ways_in_back",
    "welcome",
]
