"""`make mutants`: changes the rules and the dose arithmetic one place at a time, and sees whether a test notices.

The changes are mutmut's own, made wherever mutmut makes them and also where it does not look: in the rules that are
data at the top of a module and in the numbers of decorated functions, which is where every printed limit stands. What
is changed and which tests are asked stand in pyproject's [tool.mutmut]. Each mutant gets a process of its own that
loads the rules anew; the tests that killed its neighbours are asked first, and all the others before it may survive.

Mutants that no test can kill because they change nothing are listed in mutants_equivalent.toml with the reason. The
run fails below 95 %, for a survivor in a dose or a limit is a limit nobody guards, and for an entry that is stale.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import io
import json
import os
import resource
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import get_ignored_lines

from tests.mutants_asked import Asked, ask, collected, compiled, forget, is_built_with

ROOT = Path(__file__).parent.parent
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
LEAST_PER_CENT = 95
LONGEST_CPU_S = 15
KILLED, SURVIVED = "killed", "survived"


@dataclass(frozen=True)
class Mutant:
    """One change. `key` names it by what it changes, so that it keeps its name when lines move."""

    key: str
    path: Path
    scope: str
    line: int
    in_function: bool
    parts: Parts
    before: cst.CSTNode
    after: cst.CSTNode

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    def source(self) -> str:
        """The changed text of the whole file."""
        return self.parts.replaced(self.before, self.after)


class Parts:
    """A file cut into the statements at its top, so that a change is written out without writing the whole file."""

    def __init__(self, tree: cst.Module, text: str) -> None:
        self.tree = tree
        self.texts = [tree.code_for_node(each) for each in tree.body]
        self.start, _, self.end = text.partition("".join(self.texts))
        self.place = {node: number for number, each in enumerate(tree.body) for node in nodes_of(each)}

    def replaced(self, before: cst.CSTNode, after: cst.CSTNode) -> str:
        number = self.place[before]
        statement = self.tree.body[number]
        changed = after if statement is before else statement.deep_replace(before, after)
        texts = [*self.texts[:number], self.tree.code_for_node(changed), *self.texts[number + 1 :]]
        return "".join([self.start, *texts, self.end])


def nodes_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and everything below it."""
    yield node
    for child in node.children:
        yield from nodes_of(child)


class Visitor(MutationVisitor):
    """mutmut's own, which also goes into decorated functions and into the limits that decorate a rule."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Decorator):
            return not cst.matchers.matches(node.decorator, cst.matchers.Call(func=cst.matchers.Name("adjustable")))
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return False
        return super()._skip_node_and_children(node)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    text = path.read_text("utf-8")
    if not text.strip():
        return
    wrapper = MetadataWrapper(cst.parse_module(text))
    visitor = Visitor(mutation_operators, get_ignored_lines(str(path), text, wrapper))
    module = wrapper.visit(visitor)
    positions = wrapper.resolve(cst.metadata.PositionProvider)
    scopes, parts = Scopes(), Parts(module, text)
    wrapper.module.visit(scopes)
    seen: Counter[str] = Counter()
    for each in visitor.mutations:
        scope = scopes.of.get(each.original_node, "")
        before, after = (_one_line(module, node) for node in (each.original_node, each.mutated_node))
        key = f"{path.relative_to(ROOT)}::{scope}: {_difference(before, after)}"
        seen[key] += 1
        outer = each.contained_by_top_level_function
        in_function = isinstance(outer, cst.FunctionDef) and not outer.decorators
        number = f" #{seen[key]}" if seen[key] > 1 else ""
        line = positions[each.original_node].start.line if each.original_node in positions else 0
        yield Mutant(key + number, path, scope, line, in_function, parts, each.original_node, each.mutated_node)


class Scopes(cst.CSTVisitor):
    """The function, class or name at the top of the module in which each node stands."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[cst.CSTNode, str] = {}
        self._names: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        elif isinstance(node, cst.Assign) and not self._names and isinstance(node.targets[0].target, cst.Name):
            self._names.append(node.targets[0].target.value)
        self.of[node] = ".".join(self._names)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef) or (
            isinstance(original_node, cst.Assign)
            and self._names == [getattr(original_node.targets[0].target, "value", None)]
        ):
            self._names.pop()


def _one_line(module: cst.Module, node: cst.CSTNode) -> str:
    return " ".join(module.code_for_node(node).split())


def _difference(before: str, after: str) -> str:
    """Both texts, or where they are long what differs with a little of what stands around it."""
    if len(before) + len(after) <= 150:
        return f"{before} -> {after}"
    start = len(os.path.commonprefix([before, after]))
    end = len(os.path.commonprefix([before[start:][::-1], after[start:][::-1]]))
    around = 24
    low, tail = max(0, start - around), max(0, end - around)
    return f"…{before[low : len(before) - tail]}… -> …{after[low : len(after) - tail]}…"


# --- one mutant, in a process of its own ------------------------------------------------------------------------------


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Loads one module from the mutated source instead of the file, the others as they were compiled once."""

    def __init__(self, mutant: Mutant) -> None:
        self.changed = mutant.module
        self.code = compile(mutant.source(), str(mutant.path), "exec", dont_inherit=True)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> object:
        if fullname != self.changed and fullname not in compiled():
            return None
        file = Path(*fullname.split(".")).with_suffix(".py")
        return importlib.util.spec_from_file_location(fullname, ROOT / file, loader=self)

    def get_code(self, fullname: str) -> object:
        return self.code if fullname == self.changed else compiled()[fullname]

    def get_source(self, fullname: str) -> None:
        return None


def try_mutant(mutant: Mutant, tests: Sequence[Asked]) -> str:
    """The name of the test that killed it, empty when it survived all of them."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        spent = int(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (spent + LONGEST_CPU_S, spent + LONGEST_CPU_S + 1))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            killer = _first_to_fail(mutant, tests)
        os.write(writing, json.dumps(killer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    # A process that ended without a word ran out of time or crashed: nobody would ship that either.
    return json.loads(said) if said else "(no end)"


def _first_to_fail(mutant: Mutant, tests: Sequence[Asked]) -> str:
    try:
        sys.meta_path.insert(0, Mutated(mutant))
        forget(mutant.module)
        importlib.import_module(mutant.module)
    except Exception:
        return "(loading)"
    return next((test.name for test in tests if not ask(test)), "")


class Order:
    """The tests in the order in which they are asked: first those that killed neighbours, then the quickest."""

    def __init__(self, tests: Sequence[Asked]) -> None:
        self.tests = sorted(tests, key=lambda test: test.took)
        self.by_scope: dict[tuple[Path, str], Counter[str]] = {}
        self.by_file: dict[Path, Counter[str]] = {}
        self.all: Counter[str] = Counter()

    def of(self, mutant: Mutant) -> list[Asked]:
        scope = self.by_scope.get((mutant.path, mutant.scope), Counter())
        file = self.by_file.get(mutant.path, Counter())
        changed = mutant.module
        able = [test for test in self.tests if is_built_with(test.module, changed)]
        return sorted(able, key=lambda test: (-scope[test.name], -file[test.name], -self.all[test.name]))

    def killed(self, mutant: Mutant, killer: str) -> None:
        self.by_scope.setdefault((mutant.path, mutant.scope), Counter())[killer] += 1
        self.by_file.setdefault(mutant.path, Counter())[killer] += 1
        self.all[killer] += 1


# --- all of them ------------------------------------------------------------------------------------------------------


def run_all(mutants: Sequence[Mutant], tests: Sequence[Asked], *, workers: int) -> dict[str, str]:
    """Killer by key, tried by so many workers at once. Neighbours go to the same worker, which knows their killers."""
    scopes = sorted({(mutant.path, mutant.scope) for mutant in mutants})
    turn = {scope: number % workers for number, scope in enumerate(scopes)}
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        results.touch()
        children = []
        for number in range(workers):
            child = os.fork()
            if child == 0:
                _work([each for each in mutants if turn[each.path, each.scope] == number], tests, results)
                os._exit(0)
            children.append(child)
        for child in children:
            _, status = os.waitpid(child, 0)
            if status:
                sys.exit("A worker ended early.")
        return dict(json.loads(line) for line in results.read_text("utf-8").splitlines())


def _work(mutants: Sequence[Mutant], tests: Sequence[Asked], results: Path) -> None:
    order, listed = Order(tests), equivalents()
    with results.open("a", buffering=1) as out:
        for number, mutant in enumerate(mutants, 1):
            killer = try_mutant(mutant, order.of(mutant))
            if killer:
                order.killed(mutant, killer)
            elif mutant.key not in listed:
                place = f"{mutant.path.relative_to(ROOT)}:{mutant.line}"
                print(f"survived  {place}  {mutant.key.partition('::')[2]}", flush=True)
            out.write(json.dumps([mutant.key, killer]) + "\n")
            if number % 100 == 0:
                print(f"  {number} of {len(mutants)}", flush=True)


def equivalents() -> dict[str, str]:
    """Reason by key."""
    with EQUIVALENT.open("rb") as file:
        groups = tomllib.load(file)["equivalent"]
    return {key: group["reason"] for group in groups for key in group["mutants"]}


def stale_entries(every: Sequence[Mutant], killers: dict[str, str]) -> Iterator[str]:
    """What is listed as equivalent and is not, among the files that were looked at."""
    files, keys = {str(mutant.path.relative_to(ROOT)) for mutant in every}, {mutant.key for mutant in every}
    for key in equivalents():
        if key not in keys and key.partition("::")[0] in files:
            yield f"{key}: listed as equivalent, but it is no mutant"
        elif killers.get(key):
            yield f"{key}: listed as equivalent, but {killers[key]} kills it"


def report(mutants: Sequence[Mutant], killers: dict[str, str], stale: Sequence[str], seconds: float) -> int:
    """Says how it went; the status is 0 when enough were killed and no entry is stale."""
    listed = equivalents()
    alive = {mutant.key for mutant in mutants if not killers[mutant.key]}
    for sentence in stale:
        print(f"stale     {sentence}")
    ok = not stale
    for name, part in (
        ("in functions", [each for each in mutants if each.in_function]),
        ("in the rules as data", [each for each in mutants if not each.in_function]),
        ("together", mutants),
    ):
        if not part:
            continue
        equal = sum(each.key in alive and each.key in listed for each in part)
        survived = sum(each.key in alive for each in part) - equal
        killed = len(part) - equal - survived
        rate = 100 * killed / max(1, len(part) - equal)
        raw = 100 * killed / max(1, len(part))
        print(
            f"{name}: {len(part)} mutants, {killed} killed, {survived} survived, {equal} equivalent; "
            f"{rate:.1f} % killed of those that change something, {raw:.1f} % of all"
        )
        ok = ok and rate >= LEAST_PER_CENT
    print(f"{seconds / 60:.1f} minutes")
    return 0 if ok else 1


def chosen_files(config: dict, only: Sequence[str]) -> list[Path]:
    """The files that are changed."""
    files = sorted({path for pattern in config["only_mutate"] for path in ROOT.glob(pattern)})
    return [path for path in files if not only or any(part in str(path) for part in only)]


def main() -> int:
    """Make the mutants, try them, report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("only", nargs="*", help="parts of file names; without any, all files")
    parser.add_argument("--part", choices=["functions", "data"], help="only those inside functions, or only the others")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    began = time.monotonic()
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    tests = collected([*config["pytest_add_cli_args_test_selection"], *config["pytest_add_cli_args"]])
    every = [mutant for path in chosen_files(config, options.only) for mutant in mutants_of(path)]
    mutants = [each for each in every if options.part in (None, "functions" if each.in_function else "data")]
    print(f"{len(mutants)} mutants, {len(tests)} tests", flush=True)
    # What is shared with thousands of short-lived processes is better left alone by the collector.
    compiled()
    gc.freeze()
    killers = run_all(mutants, tests, workers=options.workers)
    return report(mutants, killers, list(stale_entries(every, killers)), time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
