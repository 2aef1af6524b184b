-- Every article version's raw document is in the raw zone.
-- refresh: article_id
select a.article_id, a.version_no, a.raw_id from news.articles a anti join raw.documents d using (raw_id)
