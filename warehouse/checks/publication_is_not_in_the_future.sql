-- No article was published more than two days after it was first seen.
-- refresh: article_id
select article_id, version_no, published_at, first_seen_at from news.articles
where published_at > first_seen_at + interval 2 day
