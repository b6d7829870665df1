"""The groups of the service: those declared, pooled as they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from semblance.book import Book
from web.group import Group, check_group
from web.groups import GroupView, UnknownGroupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from semblance.beginnings import Beginnings
    from semblance.book import Entry
    from semblance.ruling import Ruling
    from web.history.definitions import Definitions


class Groupbook:
    """Implements `web.groups.Groups`."""

    def __init__(
        self,
        ruling: Ruling,
        beginnings: Beginnings,
        stored: Definitions,
        streams: Callable[[], Iterable[str]],
        file: Iterable[Group] = (),
    ) -> None:
        """`streams` gives the ids of those there are or will be: no group may have one."""
        self._ruling = ruling
        self._beginnings = beginnings
        self._streams = streams
        self._book: Book[Group] = Book(stored, TypeAdapter(Group), self._apply, self._check, file=file)

    async def load(self) -> None:
        """Begins to pool them; also where those that are stored cannot be read."""
        await self._book.load()

    async def run(self) -> None:
        """Ends when those that are stored have been read."""
        await self._book.run()

    def groups(self) -> Sequence[GroupView]:
        return [self._view(entry) for entry in self._book.entries.values()]

    def group(self, group_id: str) -> GroupView:
        try:
            return self._view(self._book.entries[group_id])
        except KeyError:
            raise UnknownGroupError(group_id) from None

    async def put(self, group: Group) -> GroupView:
        await self._book.put(group)
        return self.group(group.id)

    async def remove(self, group_id: str) -> None:
        try:
            await self._book.remove(group_id)
        except KeyError:
            raise UnknownGroupError(group_id) from None

    def _view(self, entry: Entry[Group]) -> GroupView:
        return GroupView(entry.item, entry.declared, self._ruling.groups.last(entry.item.id))

    def _check(self, group: Group) -> None:
        check_group(group, set(self._streams()), [entry.item for entry in self._book.entries.values()])

    async def _apply(self, groups: Sequence[Group]) -> None:
        pooled = self._ruling.groups
        for gone in set(pooled) - {group.id for group in groups}:
            self._ruling.remove_group(gone)
        for group in groups:
            if group.id not in pooled:
                await self._beginnings.begin_group(group.id, group.streams)
            elif pooled.streams(group.id) != group.streams:
                self._ruling.put_group(group.id, group.streams)
