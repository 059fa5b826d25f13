# The site and its worker in one image: no compiler, no package index and no root in what runs.
FROM python:3.11.14-slim-bookworm AS build
COPY requirements.txt /tmp/
RUN python3 -m venv /opt/lcep \
 && /opt/lcep/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.txt
COPY . /srv/lcep
WORKDIR /srv/lcep
# The keys of this step sign nothing: they end with it.
RUN DEBUG=1 LCEP_VAR=/tmp/var STATIC_ROOT=/srv/lcep/static-built /opt/lcep/bin/python manage.py collectstatic --noinput \
 && /opt/lcep/bin/python -m compileall -q /srv/lcep /opt/lcep/lib

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 lcep \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lcep \
 && install -d -o lcep -g lcep -m 750 /var/lib/lcep /var/lib/lcep/media
COPY --from=build /opt/lcep /opt/lcep
COPY --from=build /srv/lcep /srv/lcep
ENV PATH=/opt/lcep/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LCEP_VAR=/var/lib/lcep STATIC_ROOT=/srv/lcep/static-built
WORKDIR /srv/lcep
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:lcep.web"]
