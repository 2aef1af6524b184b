-- Entities in the news on each day.
-- grain: one row per entity and publication day, newest version of each article
-- key: entity_id, published_on
-- refresh: published_on
-- needs: article_entities
-- entity_id: the entity; the same name and kind have the same id in every article
-- name: fullest form of the name
-- kind: person, organisation, place, group or other
-- published_on: day of publication, UTC (dim_date); null when it is not known to the day
-- article_count: articles that name it
-- mention_count: mentions in them
-- mean_salience: mean of its salience in those articles, between 0 and 1
select
    entity_id,
    max(name) as name,
    max(kind) as kind,
    published_on,
    count(*) as article_count,
    sum(mention_count)::bigint as mention_count,
    sum(salience::decimal(18, 9))::double / count(*) as mean_salience -- a sum of doubles depends on its order
from mart.article_entities
group by entity_id, published_on
order by published_on, article_count desc, entity_id
