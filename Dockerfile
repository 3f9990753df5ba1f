# Production image: fonts and icons from npm, the product from the locked wheels, no compiler and no Node left inside.
FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 FSC_VAR=/app/var
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.txt
COPY --from=assets /app/node_modules ./node_modules
COPY manage.py Procfile ./
COPY fsc ./fsc
COPY changes ./changes
COPY templates ./templates
COPY static ./static
# Only collects files: the key and the demo settings of this one line stay in no layer's environment.
RUN DEMO=1 SECRET_KEY=build python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --home-dir /app fsc && chown -R fsc /app/var
USER fsc
EXPOSE 8000
# The probe names the host that readers use; any other would be refused.
HEALTHCHECK CMD ["python", "-c", "import os, urllib.parse, urllib.request as u; \
    host = urllib.parse.urlsplit(os.environ['FSC_BASE_URL']).netloc; \
    u.urlopen(u.Request('http://127.0.0.1:8000/health/', headers={'Host': host}), timeout=3)"]
# One process type per container; compose.yaml starts each of the Procfile's.
ENTRYPOINT ["honcho", "start"]
CMD ["web"]
