-- Every article version has a body.
-- refresh: article_id
select article_id, version_no from news.articles where trim(text) = ''
