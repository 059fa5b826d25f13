"""A process of the web server, as gunicorn makes it."""

import gc

import demo.web
from lcep import web


def test_what_is_loaded_is_kept_out_of_the_search_for_cycles():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        demo.web.post_worker_init(None)
        assert gc.get_freeze_count() > frozen + 10_000
        assert gc.get_threshold() == (web.YOUNG, *before[1:])
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
