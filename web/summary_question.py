"""What may be asked of the summaries of a stream."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from web.history.formats.form import Form, form_accepted
from web.history.place import Place
from web.history.queries.reach import EVER, Reach, microseconds_of
from web.moment import Moment  # noqa: TC001 - pydantic reads the annotation
from web.problems import FieldError

LONGEST_PAGE = 3600
USUAL_PAGE = 100
_SECOND = 1_000_000


class SummaryQuestion(BaseModel):
    """The parameters of the call."""

    window: Annotated[str | None, Field(description="The first configured one if left out.")] = None
    since: Annotated[Moment | None, Field(description="Those that end later.")] = None
    until: Annotated[Moment | None, Field(description="Those that end then or earlier.")] = None
    limit: Annotated[
        int | None,
        Field(
            ge=1,
            le=LONGEST_PAGE,
            description="The newest ones; 100 unless given, in forms other than json all. Of steps 3600: "
            "those count too in which nothing was recorded, though they are left out.",
        ),
    ] = None
    step: Annotated[
        float | None,
        Field(
            ge=0.05,
            le=31 * 86400,
            description="Take together what ends in each step of so many seconds, aligned to the epoch.",
        ),
    ] = None
    cursor: Annotated[
        str | None, Field(max_length=100, description="The nextCursor of the page before, of json.")
    ] = None
    format: Annotated[
        Form | None, Field(description="As the Accept header says if left out; json where it says nothing.")
    ] = None

    def form(self, accept: str) -> Form:
        form = self.format or form_accepted(accept)
        if form != "json" and self.cursor is not None:
            raise FieldError("cursor", f"Pages are of json; {form} answers the whole range at once.")
        return form

    def reach(self, stream: str, window: str) -> Reach:
        """Raises `FieldError`."""
        since, until = microseconds_of(self.since, -EVER), microseconds_of(self.until, EVER)
        if since > until:
            raise FieldError("since", "The range ends (until) before it begins (since).")
        return Reach(stream, window, since, until)

    @property
    def step_length(self) -> int | None:
        """In microseconds."""
        return None if self.step is None else round(self.step * _SECOND)

    def before(self) -> Place | None:
        """Where the page is to end. Raises `FieldError`."""
        return None if self.cursor is None else place_of(self.cursor, numbered=True)

    def check_step(self, now: float) -> None:
        """That one page can hold the steps of a range that has both its ends. Raises `FieldError`."""
        if self.step is None or self.since is None or self.limit is not None or self.cursor is not None:
            return
        until = now if self.until is None else min(now, self.until.timestamp())
        steps = (until - self.since.timestamp()) / self.step
        if steps > LONGEST_PAGE:
            fitting = -(-(until - self.since.timestamp()) // LONGEST_PAGE)
            raise FieldError(
                "step",
                f"The range holds {steps:.0f} steps of {self.step:g} s, and one answer {LONGEST_PAGE}: take "
                f"{fitting:.0f} s or more, give a limit and read page by page, or ask for another format.",
            )


def place_of(cursor: str, *, numbered: bool = False) -> Place:
    """Raises `FieldError`; `numbered` cursors tell what is of the same time apart by a number."""
    try:
        place = Place.of(cursor)
        if numbered:
            int(place.mark)
    except ValueError:
        raise FieldError(
            "cursor", "This is no cursor of these pages; take the nextCursor of the page before, as it is."
        ) from None
    return place
