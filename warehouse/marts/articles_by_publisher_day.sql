-- Output of each publisher on each day.
-- grain: one row per publisher and publication day, newest version of each article
-- key: publisher, published_on
-- needs: dim_article
-- publisher: name of the outlet; (unknown) when nothing states it
-- published_on: day of publication, UTC; null when it is not known to the day
-- article_count: articles
-- word_count: words of their bodies
-- quote_count: quotations found in them, direct and indirect
-- repaired_count: articles with repairs
select
    coalesce(a.publisher, '(unknown)') as publisher,
    d.published_on,
    count(*) as article_count,
    sum(a.word_count)::bigint as word_count,
    coalesce(sum(q.quote_count), 0)::bigint as quote_count,
    count(*) filter (len(a.repairs) > 0) as repaired_count
from mart.dim_article d
join news.articles a using (article_id, version_no)
left join (
    select article_id, version_no, count(distinct utterance_no) as quote_count
    from news.quotes group by all
) q using (article_id, version_no)
group by all
order by all
