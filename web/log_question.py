"""What may be asked of a log: from when to when, which end first, how many, and in which form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from web.history.event_log import Order  # noqa: TC001 - pydantic reads the annotation
from web.history.formats.form import TextForm, form_accepted
from web.history.queries.reach import EVER, microseconds_of
from web.moment import Moment  # noqa: TC001 - pydantic reads the annotation
from web.problems import FieldError
from web.summary_question import place_of

if TYPE_CHECKING:
    from web.history.place import Place

LONGEST_PAGE = 1000


class LogQuestion(BaseModel):
    """The parameters that the calls for events and for markers share."""

    since: Annotated[Moment | None, Field(description="Those that are later.")] = None
    until: Annotated[Moment | None, Field(description="Those of then or earlier.")] = None
    order: Annotated[Order, Field(description="Which come first.")] = "newest"
    limit: Annotated[
        int | None,
        Field(ge=1, le=LONGEST_PAGE, description="100 unless given; in forms other than json all."),
    ] = None
    cursor: Annotated[
        str | None, Field(max_length=100, description="The nextCursor of the page before, of json.")
    ] = None
    format: Annotated[
        TextForm | None,
        Field(description="As the Accept header says if left out; json where it says nothing."),
    ] = None

    def form(self, accept: str) -> TextForm:
        accepted = form_accepted(accept)
        form = self.format or (accepted if accepted in ("ndjson", "csv") else "json")
        if form != "json" and self.cursor is not None:
            raise FieldError("cursor", f"Pages are of json; {form} answers the whole range at once.")
        return form

    def range(self) -> tuple[int, int]:
        """In microseconds. Raises `FieldError`."""
        since, until = microseconds_of(self.since, -EVER), microseconds_of(self.until, EVER)
        if since > until:
            raise FieldError("since", "The range ends (until) before it begins (since).")
        return since, until

    def after(self) -> Place | None:
        """Where the page is to begin. Raises `FieldError`."""
        return None if self.cursor is None else place_of(self.cursor)
