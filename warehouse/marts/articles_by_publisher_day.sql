-- Output of each publisher on each day.
-- grain: one row per publisher and publication day, newest version of each article
-- key: publisher, published_on
-- refresh: published_on
-- needs: dim_article, quote_book
-- publisher: name of the outlet; (unknown) when nothing states it
-- published_on: day of publication, UTC (dim_date); null when it is not known to the day
-- article_count: articles
-- word_count: words of their bodies
-- quote_count: quotations found in them, direct and indirect
-- repaired_count: articles with repairs
select
    coalesce(d.publisher, '(unknown)') as publisher,
    d.published_on,
    count(*) as article_count,
    sum(d.word_count)::bigint as word_count,
    coalesce(sum(q.quote_count), 0)::bigint as quote_count,
    count(*) filter (d.is_repaired) as repaired_count
from mart.dim_article d
left join (
    select article_id, count(distinct utterance_no) as quote_count
    from mart.quote_book group by all
) q using (article_id)
group by all
order by all
