"""The groups of streams over REST: who is in them, and how the last windows were covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from aggregation.summary import Summary
from web.declared import Declared
from web.documents import Document
from web.group import Group, UnfitGroupError
from web.messages import utc
from web.problems import FieldError, problem_documents, unknown

MOST = 100
"""Groups there may be."""


class UnknownGroupError(Exception):
    """No group has this id."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group, with the newest summary of each window by its name."""

    group: Group
    declared: Declared
    windows: Mapping[str, Summary]


class Groups(Protocol):
    """The groups there are. `put` and `remove` raise `HistoryUnavailableError`; then nothing has changed."""

    def groups(self) -> Sequence[GroupView]: ...

    def group(self, group_id: str) -> GroupView:
        """Raises `UnknownGroupError`."""
        ...

    async def put(self, group: Group) -> GroupView:
        """Adds a group, or gives the one of its id other streams. Raises `UnfitGroupError`."""
        ...

    async def remove(self, group_id: str) -> None:
        """Raises `UnknownGroupError`."""
        ...


class GroupWindowDocument(Document):
    """The newest summary of one of its windows, in short."""

    end: str
    sequence: int
    coverage: Annotated[float, Field(description="Over all its streams: one that is away saw nothing.")]
    faces: int
    tracks: int
    dominant: str | None


class GroupDocument(Document):
    id: str
    streams: list[str]
    declared: Annotated[
        Declared,
        Field(description="In the file: changed or removed until the next start. Over REST: for good."),
    ]
    windows: Annotated[dict[str, GroupWindowDocument], Field(description="By the window's name.")]


class GroupsDocument(Document):
    groups: list[GroupDocument]


def groups_router(groups: Groups) -> APIRouter:
    router = APIRouter(prefix="/api/v1/groups", tags=["groups"])

    @router.post("", status_code=201, responses=problem_documents(409, 422, 503))
    async def add_group(group: Group, response: Response) -> GroupDocument:
        """Add a group of streams. Its windows are summaries like those of a stream, under the group's id."""
        there = {view.group.id for view in groups.groups()}
        if group.id in there:
            raise HTTPException(409, "A group with this id is there already; PUT replaces it.")
        if len(there) >= MOST:
            raise HTTPException(409, f"There are {MOST} groups already, and may be no more; remove one.")
        made = await _put(groups, group)
        response.headers["location"] = f"/api/v1/groups/{group.id}"
        return made

    @router.get("")
    async def list_groups() -> GroupsDocument:
        """All groups, with the newest of each of their windows in short."""
        return GroupsDocument(groups=[group_document(view) for view in groups.groups()])

    @router.get("/{group_id}", responses=problem_documents(404))
    async def show_group(group_id: str) -> GroupDocument:
        """One group, with the newest of each of its windows in short."""
        return group_document(_find(groups, group_id))

    @router.put("/{group_id}", responses=problem_documents(404, 422, 503))
    async def replace_group(group_id: str, group: Group) -> GroupDocument:
        """Give a group other streams. Its windows go on."""
        _find(groups, group_id)
        if group.id != group_id:
            raise FieldError("id", f"The group is {group_id!r} and stays so; POST makes another.")
        return await _put(groups, group)

    @router.delete("/{group_id}", status_code=204, responses=problem_documents(404, 503))
    async def remove_group(group_id: str) -> None:
        """Remove a group. What rules had begun there ends (`reason` is `removed`)."""
        try:
            await groups.remove(group_id)
        except UnknownGroupError:
            raise unknown("group", group_id) from None

    return router


def group_document(view: GroupView) -> GroupDocument:
    return GroupDocument(
        id=view.group.id,
        streams=list(view.group.streams),
        declared=view.declared,
        windows={name: _window_document(summary) for name, summary in view.windows.items()},
    )


def _window_document(summary: Summary) -> GroupWindowDocument:
    return GroupWindowDocument(
        end=utc(summary.end),
        sequence=summary.sequence,
        coverage=round(summary.coverage, 4),
        faces=summary.faces,
        tracks=summary.tracks,
        dominant=summary.dominant,
    )


async def _put(groups: Groups, group: Group) -> GroupDocument:
    """Raises what becomes a problem document: that an id is taken is a conflict."""
    try:
        return group_document(await groups.put(group))
    except UnfitGroupError as error:
        if error.location == ("id",):
            raise HTTPException(409, str(error)) from None
        raise FieldError(".".join(map(str, error.location)), str(error)) from None


def _find(groups: Groups, group_id: str) -> GroupView:
    try:
        return groups.group(group_id)
    except UnknownGroupError:
        raise unknown("group", group_id) from None
