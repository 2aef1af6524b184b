-- Which articles name which persons, organisations, places and groups.
-- grain: one row per article and entity, newest version of each article
-- key: article_id, entity_id
-- refresh: article_id
-- needs: dim_article
-- article_id: the article (dim_article)
-- entity_id: the entity; the same name and kind have the same id in every article
-- name: fullest form of the name in the article
-- kind: person, organisation, place, group or other
-- role: office or profession that is printed beside the name; null when none is
-- mention_count: mentions in the article
-- salience: importance for the article, between 0 and 1
-- published_on: day of publication, UTC (dim_date); null when it is not known to the day
select
    e.article_id,
    e.entity_id,
    e.name,
    e.kind,
    e.role,
    e.mention_count,
    e.salience,
    d.published_on
from news.entities e
join mart.dim_article d using (article_id, version_no)
order by d.published_on, e.article_id, e.entity_id
