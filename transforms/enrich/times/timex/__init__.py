"""Time expressions of English news as TIMEX3 values, resolved against the publication date and each other."""

from transforms.enrich.times.timex.find import Timex, find_timexes
from transforms.enrich.times.timex.rules import TimexKind, TimexMethod

__all__ = ["Timex", "TimexKind", "TimexMethod", "find_timexes"]
