"""`dateline demo`: the bundled example articles in a lake, and some questions answered from it."""

from __future__ import annotations

from contextlib import closing
from importlib.resources import as_file, files

from flows.run.progress import on_terminal
from flows.settings import Settings
from flows.show.screen import grid, screen
from flows.show.summary import print_summary
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from warehouse import connect

QUESTIONS = {
    "Who said what?": """
        select speaker, cue, quote, publisher
        from mart.quote_book where kind = 'direct' and speaker is not null
        order by published_on, article_id, quote_no limit 6""",
    "When was that? Relative dates, resolved against the day of publication": """
        select t.text as printed, t.value, left(strftime(a.published_at at time zone 'UTC', '%Y-%m-%d'),
            case a.published_precision when 'year' then 4 when 'month' then 7 else 10 end) as published, a.title
        from news.times t join news.articles a using (article_id, version_no)
        where t.anchor_on is not null and not t.is_vague and t.field = 'body'
        order by a.published_at, a.article_id, t.start limit 6""",
    "Who was in the news?": """
        select name, kind, sum(article_count)::int as articles, sum(mention_count)::int as mentions
        from mart.entities_by_day where kind in ('person', 'organisation')
        group by all order by articles desc, mentions desc, name limit 6""",
    "What is in quarantine, and why?": """
        select reason, stage, parse_filename(coalesce(member_path, container_uri, url)) as file, detail
        from raw.quarantine order by stage desc, reason""",
}


def run_demo(settings: Settings) -> None:
    """Run the examples into the lake of the settings and print the answers on standard output."""
    with as_file(files("flows") / "examples") as folder, on_terminal() as progress:
        session = run_pipeline(settings, sources_for(settings, [str(folder)]), progress=progress)
    print_answers(settings.lake)
    print_summary(session, settings)


def print_answers(lake: str) -> None:
    """Print each of QUESTIONS with its rows."""
    out = screen(piped_width=140)
    with closing(connect(lake)) as connection:
        for title, query in QUESTIONS.items():
            relation = connection.sql(query)
            table = grid(*relation.columns, title=title)
            for row in relation.fetchall():
                table.add_row(*("" if value is None else str(value) for value in row))
            out.print(table)
