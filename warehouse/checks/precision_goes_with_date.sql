-- A publication date has a precision and a basis, and without a date there is neither.
-- refresh: article_id
select article_id, version_no from news.articles
where (published_at is null) <> (published_precision is null) or (published_at is null) <> (published_basis is null)
