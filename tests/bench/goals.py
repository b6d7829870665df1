"""A measured figure beside its goal, as a row of a table that can be pasted."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = "| measure | measured | against | figure | goal | met |\n| --- | --- | --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class AtMost:
    """A figure that must not be above its goal; `unit` is what follows the number."""

    measure: str
    measured: str
    against: str
    figure: float
    goal: float
    unit: str = " x"

    @property
    def met(self) -> bool:
        return self.figure <= self.goal

    def row(self) -> str:
        met = "yes" if self.met else "**no**"
        figure, goal = f"{self.figure:.2f}{self.unit}", f"at most {self.goal:g}{self.unit}"
        return f"| {self.measure} | {self.measured} | {self.against} | {figure} | {goal} | {met} |"
