-- Every article version has a body.
select article_id, version_no from news.articles where trim(text) = ''
