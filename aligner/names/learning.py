"""Learn the name table of a document from its aligned pairs, and join the tables of documents to one of a corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aligner.doors import checked
from aligner.encoders.embedded import encode
from aligner.names.detection import Name
from aligner.names.gazetteer import Gazetteer, gazetteer
from aligner.names.matching import MANY_NAMES, compare
from aligner.names.spelling import bare_letters, fold, is_foreign, vietnamese_key
from aligner.names.table import NAME_KINDS, NameEntry, NameKind, NameTable
from aligner.text.unicode import nfc

LEFTOVER_COSINE: Final = 0.45
"""Cosine from which a leftover of each side of one bead are taken for each other ('Code of Conduct' and 'Bộ Quy tắc
Ứng xử'); they must also be each other's best in the document (test_names_learning.py)."""

N_EXAMPLES: Final = 2
"""Beads shown for an entity."""

UNSURE: Final = 0.5
"""Beads that a pair of forms starts with towards its confidence; one that is in the table or spelled alike starts with
a whole one (test_names_learning.py)."""


class _Form(NamedTuple):
    """A spelling of one side."""

    lang: str
    text: str


@dataclass(slots=True)
class _Group:
    """Forms taken for one entity, while the table is made."""

    forms: Counter[_Form] = field(default_factory=Counter)
    kinds: Counter[NameKind] = field(default_factory=Counter)
    entities: frozenset[str] = frozenset()  # what all its forms can stand for; empty for an unknown name
    beads: set[int] = field(default_factory=set)  # beads that name it on both sides
    one_sided: set[int] = field(default_factory=set)
    is_sure: bool = False


@checked
def learn_names(pairs: Iterable[tuple[str, str]], *, glossary: NameTable | None = None) -> NameTable:
    """Learn which English form stands for which Vietnamese form in one document.

    Parameters
    ----------
    pairs : iterable of (str, str)
        English and Vietnamese texts of its beads, in order; one side is empty for a null bead, and names found there
        count too.
    glossary : NameTable, optional
        Pairs that are known to belong together.

    Returns
    -------
    NameTable
        One entry an entity, the most frequent first.

    Notes
    -----
    Names of a bead are paired as `compare_names` does. What is left on both sides is paired where the encoder takes the
    two for translations and each is the other's best in the document. Then spellings of one side are joined: the same
    letters with and without marks (Cuong, Cường), a person's last word with the one full name that ends in it (Wong,
    Lawrence Wong). Two different full names of a person are never joined.

    Examples
    --------
    >>> table = learn_names([("To Lam met Lawrence Wong.", "Tô Lâm gặp Lawrence Wong."), ("Wong left.", "Wong đi.")])
    >>> [(entry.en, entry.vi, entry.kind, entry.n_pairs) for entry in table.entries]
    [('Lawrence Wong', 'Lawrence Wong', 'person', 2), ('To Lam', 'Tô Lâm', 'person', 1)]
    """
    known = gazetteer(glossary)
    learner = _Learner(known)
    texts = [(en, vi) for en, vi in pairs]
    for k, (en, vi) in enumerate(texts):
        learner.read(k, en, vi)
    learner.pair_leftovers()
    learner.join_spellings()
    return NameTable(tuple(learner.entries(texts)))


class _Learner:
    """Groups of forms over the beads of a document, joined step by step."""

    def __init__(self, known: Gazetteer) -> None:
        self._known = known
        self._parent: dict[_Form, _Form] = {}
        self._groups: dict[_Form, _Group] = {}
        self._leftovers: list[tuple[int, list[Name], list[Name]]] = []
        self._clashes: dict[tuple[_Form, _Form], None] = {}  # pairs that would join two things into one; in order

    def read(self, k: int, en: str, vi: str) -> None:
        """Take in the names of bead k."""
        compared = compare(en, vi, self._known)
        source, target = compared.source.names, compared.target.names
        for lang, names in (("en", source), ("vi", target)):
            for name in names:
                if _is_word(name):
                    continue
                group = self._group(self._form(lang, name))
                group.forms[self._form(lang, name)] += 1
                group.kinds[name.kind] += 1
                group.entities = group.entities & frozenset(name.entities) or frozenset(name.entities) or group.entities
                group.one_sided.add(k)
        for i, j, _ in compared.pairs:
            if not (_is_word(source[i]) or _is_word(target[j])):
                self._pair(k, source[i], target[j], is_sure=True)
        left = [source[i] for i in compared.source_left], [target[j] for j in compared.target_left]
        if left[0] and left[1] and max(map(len, left)) <= MANY_NAMES:
            self._leftovers.append((k, *left))

    def _pair(self, k: int, en: Name, vi: Name, *, is_sure: bool) -> None:
        """Note that a bead has the two forms in each other's place."""
        source, target = self._form("en", en), self._form("vi", vi)
        if self._join(source, target):
            group = self._group(source)
            group.beads.add(k)
            group.is_sure |= is_sure
        else:
            self._clashes.setdefault((source, target), None)

    @staticmethod
    def _form(lang: str, name: Name) -> _Form:
        """The spelling of a mention, composed, spaces made one."""
        return _Form(lang, " ".join(nfc(name.text).split()))

    def _root(self, form: _Form) -> _Form:
        """The form that stands for the group."""
        while (parent := self._parent.setdefault(form, form)) != form:
            self._parent[form] = self._parent.setdefault(parent, parent)
            form = parent
        return form

    def _group(self, form: _Form) -> _Group:
        """The group of a form, made where there is none."""
        return self._groups.setdefault(self._root(form), _Group())

    def _join(self, first: _Form, second: _Form) -> bool:
        """Make two groups one; False where they name different persons or different known things."""
        a, b = self._root(first), self._root(second)
        if a == b:
            return True
        one, other = self._group(a), self._group(b)
        if not _are_compatible(one, other):
            return False
        self._parent[b] = a
        one.forms.update(other.forms)
        one.kinds.update(other.kinds)
        one.entities = one.entities & other.entities or one.entities or other.entities
        one.beads |= other.beads
        one.one_sided |= other.one_sided
        one.is_sure |= other.is_sure
        del self._groups[b]
        return True

    def pair_leftovers(self) -> None:
        """Pair what is left on both sides of a bead and is each other's best by the encoder."""
        best: dict[_Form, tuple[float, _Form]] = {}
        seen: dict[tuple[_Form, _Form], list[tuple[int, Name, Name]]] = defaultdict(list)
        forms = {
            form.text
            for _, left, right in self._leftovers
            for lang, names in (("en", left), ("vi", right))
            for form in (self._form(lang, name) for name in names)
        }
        vectors = dict(zip(sorted(forms), encode(sorted(forms)), strict=True)) if forms else {}
        for k, left, right in self._leftovers:
            for en in left:
                for vi in right:
                    source, target = self._form("en", en), self._form("vi", vi)
                    cosine = float(vectors[source.text] @ vectors[target.text])
                    if cosine < LEFTOVER_COSINE or (en.entities and vi.entities):
                        continue
                    seen[source, target].append((k, en, vi))
                    for form, other in ((source, target), (target, source)):
                        best[form] = max(best.get(form, (0.0, other)), (cosine, other))
        for (source, target), places in seen.items():
            if best[source][1] == target and best[target][1] == source:
                for k, en, vi in places:
                    self._pair(k, en, vi, is_sure=False)

    def join_spellings(self) -> None:
        """Join what is known to be one, spellings of each side that are one name's, and short names with full ones."""
        for lang in ("en", "vi"):
            forms = sorted((form for form in self._parent if form.lang == lang), key=lambda f: (len(f.text), f))
            by_letters: dict[str, list[_Form]] = defaultdict(list)
            by_entity: dict[frozenset[str], _Form] = {}  # of an office all its meanings, of other names each
            for form in forms:
                letters = bare_letters(form.text)
                plural_of = letters.removesuffix("s") if lang == "en" else letters
                by_letters[plural_of if plural_of in by_letters else letters].append(form)
                entities = self._group(form).entities
                is_title = self._main_kind(form) == "title"
                for meaning in [entities] if is_title else [frozenset((entity,)) for entity in sorted(entities)]:
                    if meaning:
                        self._join(by_entity.setdefault(meaning, form), form)
            for spellings in by_letters.values():
                self._join_marks(spellings)
            full: dict[str, list[_Form]] = defaultdict(list)
            for form in forms:
                words = form.text.split()
                if len(words) > 1 and self._main_kind(form) in ("person", "other"):
                    full[fold(words[-1])].append(form)
            for form in forms:
                if " " in form.text or self._main_kind(form) not in ("person", "other"):
                    continue
                if any(self._group(form).entities):
                    continue
                roots = {self._root(other) for other in full.get(fold(form.text), ())}
                # A second full name keeps a short one apart, even where nothing tells that it is a person's.
                if len(roots) == 1 and self._main_kind(other := roots.pop()) == "person":
                    self._join(other, form)

    def _join_marks(self, spellings: Sequence[_Form]) -> None:
        """Join spellings with the same letters; where marks tell two names apart (Hùng, Hưng), none without them."""
        marked: dict[str, _Form] = {}
        for form in spellings:
            if not form.text.isascii():
                self._join(marked.setdefault(_marked_letters(form.text), form), form)
        if len(marked) < 2:
            for form in spellings[1:]:
                self._join(spellings[0], form)

    def _main_kind(self, form: _Form) -> NameKind:
        """The kind of a form's group."""
        return _main_kind(self._group(form))

    def entries(self, texts: Sequence[tuple[str, str]]) -> list[NameEntry]:
        """Make the entries, the most frequent first."""
        made = [self._entry(group, texts) for group in self._groups.values() if group.forms]
        return sorted(made, key=_order)

    def _entry(self, group: _Group, texts: Sequence[tuple[str, str]]) -> NameEntry:
        """Make one entry."""
        kind = _main_kind(group)
        entity = self._usual_entity(group)
        adjectives = {form.lower() for form in self._known.entities[entity].adjectives} if entity else set()
        sides = {
            lang: sorted(
                ((form.text, n) for form, n in group.forms.items() if form.lang == lang), key=lambda f: (-f[1], f[0])
            )
            for lang in ("en", "vi")
        }
        both = sorted(group.beads)
        shown = both or sorted(group.one_sided)
        has_both = bool(sides["en"]) and bool(sides["vi"])
        prior = 1.0 if group.is_sure or entity else UNSURE
        return NameEntry(
            _usual(sides["en"], kind, adjectives),
            _usual(sides["vi"], kind, set()),
            kind,
            tuple(sides["en"]),
            tuple(sides["vi"]),
            len(both),
            min((len(both) + prior) / (len(group.one_sided) + 1), 1.0) if has_both else 0.0,
            tuple([c for lang in ("en", "vi") for c in _conflicts(sides[lang])] + self._clashes_of(group)),
            tuple(texts[k] for k in shown[:N_EXAMPLES]),
            entity,
        )

    def _clashes_of(self, group: _Group) -> list[str]:
        """Forms of the group that stand for another thing too, each with its rivals (Hung: Hùng / Hưng)."""
        rivals: dict[str, list[str]] = defaultdict(list)
        for source, target in self._clashes:
            if source in group.forms:
                rivals[source.text].append(target.text)
        own = " / ".join(form.text for form in group.forms if form.lang == "vi")
        return [f"{form}: {own} / {' / '.join(others)}" for form, others in rivals.items()]

    def _usual_entity(self, group: _Group) -> str:
        """Of the entities that a group may stand for, the one whose usual form it has most often."""
        seen = {form.text.lower(): n for form, n in group.forms.items() if form.lang == "en"}
        return min(group.entities, key=lambda e: (-seen.get(self._known.entities[e].en[0].lower(), 0), e), default="")


def _is_word(name: Name) -> bool:
    """Whether an office in small letters is a word of the language rather than a name ('the president', 'phu nhân')."""
    return name.kind == "title" and name.text.islower()


def _are_compatible(one: _Group, other: _Group) -> bool:
    """Whether two groups can name one thing: not two different known ones, nor two different full names of persons."""
    if one.entities and other.entities and one.entities.isdisjoint(other.entities):
        return False
    if "person" not in (_main_kind(one), _main_kind(other)):
        return True
    for lang in ("en", "vi"):
        full = [
            {
                frozenset(_marked_letters(w) if lang == "vi" else fold(w) for w in f.text.split())
                for f in group.forms
                if f.lang == lang and " " in f.text
            }
            for group in (one, other)
        ]
        if full[0] and full[1] and not any(a <= b or b <= a for a in full[0] for b in full[1]):
            return False
    return True


def _main_kind(group: _Group) -> NameKind:
    """The kind that most mentions have, "other" only where no mention says more."""
    said: dict[NameKind, int] = {kind: n for kind, n in group.kinds.items() if kind != "other"}
    return min(said, key=lambda kind: (-said[kind], NAME_KINDS.index(kind))) if said else "other"


def _marked_letters(text: str) -> str:
    """What Vietnamese spellings of one name have in common: letters with their marks, without spaces and hyphens."""
    return "".join(vietnamese_key(word) for word in text.replace("-", " ").split())


def _usual(forms: Sequence[tuple[str, int]], kind: NameKind, adjectives: set[str]) -> str:
    """The form that stands for an entity: of a person the fullest, else the most frequent that is no adjective."""
    if not forms:
        return ""
    if kind == "person":
        return min(forms, key=lambda f: (f[0].isupper(), -len(f[0].split()), -f[1], f[0]))[0]
    return min(forms, key=lambda f: (f[0].lower() in adjectives, -f[1], f[0].isupper(), -len(f[0]), f[0]))[0]


def _conflicts(forms: Sequence[tuple[str, int]]) -> list[str]:
    """Spellings of one side that differ in more than capitals, grouped by their letters, joined by ' / '."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for text, _ in forms:
        groups[bare_letters(text)].setdefault(text.lower(), text)
    return [" / ".join(spellings.values()) for spellings in groups.values() if len(spellings) > 1]


def _order(entry: NameEntry) -> tuple[int, int, str, str]:
    """By what entries are sorted: mentions, the most first; then kind and letters."""
    count = sum(n for _, n in (*entry.en_forms, *entry.vi_forms))
    return -count, NAME_KINDS.index(entry.kind), entry.en.lower(), entry.vi.lower()


@checked
def join_tables(tables: Iterable[NameTable]) -> NameTable:
    """Join the tables of documents to the table of a corpus.

    Entries of two documents are one where they have the same entity, or a form of each side in common, or, of persons,
    the same full form on one side and nothing else on the other.

    Examples
    --------
    >>> tables = [learn_names([("Mr Tran Ba left.", "Ông Trần Ba đi.")]), learn_names([("Mr Trần Ba.", "")])]
    >>> [(entry.en, entry.vi, entry.conflicts) for entry in join_tables(tables).entries]
    [('Tran Ba', 'Trần Ba', ('Tran Ba / Trần Ba',))]
    """
    joined: list[NameEntry] = []
    index: dict[tuple[str, ...], int] = {}
    for table in tables:
        for entry in table.entries:
            keys = _join_keys(entry)
            at = next((index[key] for key in keys if key in index), None)
            if at is None:
                at = len(joined)
                joined.append(entry)
            else:
                joined[at] = _merged(joined[at], entry)
            for key in (*keys, *_join_keys(joined[at])):
                index.setdefault(key, at)
    return NameTable(tuple(sorted(joined, key=_order)))


def _join_keys(entry: NameEntry) -> list[tuple[str, ...]]:
    """By what entries of two documents are recognised as one."""
    if entry.entity:
        return [("entity", entry.entity)]
    return [
        (lang, entry.kind, bare_letters(form))
        for lang, forms in (("en", entry.en_forms), ("vi", entry.vi_forms))
        for form, _ in forms
        if " " in form or (is_foreign(form) and entry.kind != "person")
    ]


def _merged(one: NameEntry, other: NameEntry) -> NameEntry:
    """One entry of two."""
    forms = []
    for a, b in ((one.en_forms, other.en_forms), (one.vi_forms, other.vi_forms)):
        counts: Counter[str] = Counter()
        for form, n in (*a, *b):
            counts[form] += n
        forms.append(tuple(sorted(counts.items(), key=lambda f: (-f[1], f[0]))))
    n_pairs = one.n_pairs + other.n_pairs
    weights = (max(one.n_pairs, 1), max(other.n_pairs, 1))
    confidences = [(e.confidence, w) for e, w in zip((one, other), weights, strict=True) if e.en and e.vi]
    total = sum(w for _, w in confidences)
    is_person = one.kind == "person"
    return NameEntry(
        _usual(forms[0], "person", set()) if is_person else one.en or other.en,
        _usual(forms[1], "person", set()) if is_person else one.vi or other.vi,
        one.kind,
        forms[0],
        forms[1],
        n_pairs,
        sum(c * w for c, w in confidences) / total if total else 0.0,
        tuple(conflict for side in forms for conflict in _conflicts(side)),
        (one.examples + other.examples)[:N_EXAMPLES],
        one.entity or other.entity,
    )
