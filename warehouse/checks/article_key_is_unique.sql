-- No article version occurs twice.
-- refresh: article_id
select article_id, version_no, count(*) as times from news.articles group by all having count(*) > 1
