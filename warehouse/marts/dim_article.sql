-- The articles that the other marts count, newest version of each, without their text.
-- grain: one row per article
-- key: article_id
-- refresh: article_id
-- article_id: the article
-- version_no: its newest version
-- title: headline
-- publisher: name of the outlet; null when nothing states it
-- authors: persons in the byline, separated by "; "
-- section: section, as the publisher or the address names it
-- genre: kind of journalism (news, opinion, live ...); null when nothing states it
-- language: ISO 639-1 code of the body
-- published_at: when it was published, UTC; null when nothing states it
-- published_on: day of publication, UTC (dim_date); null when it is not known to the day
-- published_precision: how exact published_at is
-- published_basis: where published_at was found
-- word_count: words of the body
-- flags: kinds of page other than an ordinary article, separated by "; "
-- is_repaired: whether its text or its metadata needed repairs
-- url: its address; null when it has none
select
    article_id,
    version_no,
    title,
    publisher,
    array_to_string(authors, '; ') as authors,
    section,
    genre,
    language,
    published_at,
    case when published_precision in ('second', 'minute', 'hour', 'day')
        then cast(published_at as date) end as published_on,
    published_precision,
    published_basis,
    word_count,
    array_to_string(flags, '; ') as flags,
    coalesce(len(repairs) > 0, false) as is_repaired,
    coalesce(canonical_url, url) as url
from news.articles
where is_latest
order by published_at, article_id
