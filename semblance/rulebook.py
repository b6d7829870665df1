"""The rules of the service: those declared, put to work as they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation.rules.definition import DEFAULT_RULES, RULE, Rule, check_streams, check_window
from semblance.book import Book
from web.rule_documents import RuleView
from web.rules import LastingRuleError, UnknownRuleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation import Window
    from semblance.book import Entry
    from semblance.ruling import Ruling
    from web.history.definitions import Definitions


class Rulebook:
    """Implements `web.rules.Rules`."""

    def __init__(
        self, ruling: Ruling, stored: Definitions, windows: Sequence[Window], file: Iterable[Rule] = ()
    ) -> None:
        self._ruling = ruling
        self._windows = windows
        self._book: Book[Rule] = Book(
            stored,
            RULE,
            self._apply,
            self._check,
            file=file,
            usual=DEFAULT_RULES,
        )

    async def load(self) -> None:
        """Begins to judge by them; also where those that are stored cannot be read."""
        await self._book.load()

    async def run(self) -> None:
        """Ends when those that are stored have been read."""
        await self._book.run()

    def rules(self) -> Sequence[RuleView]:
        return [self._view(entry) for entry in self._book.entries.values()]

    def rule(self, rule_id: str) -> RuleView:
        return self._view(self._entry(rule_id))

    async def put(self, rule: Rule) -> RuleView:
        await self._book.put(rule)
        return self.rule(rule.id)

    async def remove(self, rule_id: str) -> None:
        if self._entry(rule_id).declared == "default":
            raise LastingRuleError(rule_id)
        await self._book.remove(rule_id)

    def _entry(self, rule_id: str) -> Entry[Rule]:
        try:
            return self._book.entries[rule_id]
        except KeyError:
            raise UnknownRuleError(rule_id) from None

    def _view(self, entry: Entry[Rule]) -> RuleView:
        rule = entry.item
        firings = self._ruling.firings
        return RuleView(rule, entry.declared, firings.active(rule.id), firings.of_rule(rule.id))

    def _check(self, rule: Rule) -> None:
        check_window(rule, self._windows)
        check_streams(rule, self._ruling.groups)

    async def _apply(self, rules: Sequence[Rule]) -> None:
        self._ruling.replace(rules)
