-- Every entity that a mention refers to has a row.
-- refresh: article_id
select m.article_id, m.version_no, m.field, m.start from news.mentions m
anti join news.entities e using (article_id, version_no, entity_id)
where m.entity_id is not null
