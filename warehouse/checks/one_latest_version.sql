-- Exactly one version of an article is its latest.
select article_id, count(*) filter (is_latest) as latest from news.articles group by all having latest <> 1
