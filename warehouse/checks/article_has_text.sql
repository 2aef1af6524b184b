-- Every article version has a body.
-- refresh: article_id
select article_id, version_no from news.articles
where word_count = 0 and trim(text) = '' -- the count is a thin column and rules out nearly every row
