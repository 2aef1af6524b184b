-- Every segment belongs to an article version.
-- refresh: article_id
select s.article_id, s.version_no, s.segment_no from news.segments s
anti join news.articles a using (article_id, version_no)
