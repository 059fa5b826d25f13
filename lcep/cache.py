"""A cache that may be gone at any moment: then nothing is remembered, and no page breaks."""

import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)


def _or(absent: Any, ask: Callable) -> Any:
    """Ask Redis; while it does not answer, answer as an empty cache would."""

    def answer(client: RedisCacheClient, *arguments: Any, **options: Any) -> Any:
        try:
            return ask(client, *arguments, **options)
        except redis.RedisError as error:
            log.warning("The cache does not answer: %s", type(error).__name__)
            return absent(*arguments) if callable(absent) else absent

    return answer


class Client(RedisCacheClient):
    get = _or(lambda key, default: default, RedisCacheClient.get)
    get_many = _or(lambda keys: {}, RedisCacheClient.get_many)
    add = _or(True, RedisCacheClient.add)
    set = _or(None, RedisCacheClient.set)
    set_many = _or(None, RedisCacheClient.set_many)
    touch = _or(False, RedisCacheClient.touch)
    has_key = _or(False, RedisCacheClient.has_key)
    incr = _or(lambda key, delta: delta, RedisCacheClient.incr)
    delete = _or(False, RedisCacheClient.delete)
    delete_many = _or(None, RedisCacheClient.delete_many)
    clear = _or(False, RedisCacheClient.clear)


class Forgetful(RedisCache):
    """Redis as a cache. What must hold without it (how often a person is written to) are rows, not cached counts."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
