-- Exactly one version of an article is its latest.
-- refresh: article_id
select article_id, count(*) filter (is_latest) as latest from news.articles group by all having latest <> 1
